import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/** three's Draco loader names two sets of decoders. Models in glTF need the smaller one only. */
const decodersForGltf: Plugin = {
  name: 'decoders-for-gltf',
  transform: (code, id) =>
    id.endsWith('/DRACOLoader.js') ? code.replaceAll(/new URL\( '\.\.\/libs\/draco\/draco_[^)]+\)/g, "''") : undefined,
}

export default defineConfig({
  plugins: [decodersForGltf],
  base: './', // the page is served below a path, by the local twin or from a bucket
  build: {
    // Where the Python package finds it, in a clone as in a wheel.
    outDir: '../twin_stack/_assets/page',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One file of each kind: `twin preview` puts them into the document.
    cssCodeSplit: false,
    chunkSizeWarningLimit: 1000,
    // What the page is made of asks to be named.
    license: { fileName: 'licenses.md' },
  },
  experimental: {
    // A page in one file, which `twin preview` writes, has the other files in itself.
    renderBuiltUrl(filename, { hostType }) {
      if (hostType !== 'js') return { relative: true }
      const name = JSON.stringify(filename)
      return { runtime: `(globalThis.twinAssets?.[${name}] ?? new URL(${name}, document.baseURI).href)` }
    },
  },
  // A machine that is busy says nothing about the code.
  test: { include: ['tests/**/*.test.ts'], testTimeout: 120_000 },
})
