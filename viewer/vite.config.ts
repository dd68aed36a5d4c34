import { defineConfig } from 'vitest/config'

export default defineConfig({
  base: './', // the page is served below a path, by the local twin or from a bucket
  build: {
    outDir: 'dist',
    target: 'es2022',
    assetsInlineLimit: 0,
  },
  test: { include: ['tests/**/*.test.ts'] },
})
