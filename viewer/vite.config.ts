import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { withSmallShaders } from './bundling/glsl.ts'
import { withoutGeneratedCode } from './bundling/transcoder.ts'
import { withoutUnused } from './bundling/unused.ts'

/** Bundle the modules of three.js in place of its two large files, so that each script has what it uses, in a short form. */
const smallThree: Plugin = {
  name: 'small-three',
  apply: 'build',
  config: () => ({ resolve: { alias: [{ find: /^three$/, replacement: 'three/src/Three.js' }] } }),
  transform: (code, id) => (/\.[jt]s$/.test(id) ? (withoutUnused(id) ?? withSmallShaders(code)) : undefined),
}

/** Remove the larger of the two Draco decoders that three.js refers to. glTF models need the smaller one only. */
const decodersForGltf: Plugin = {
  name: 'decoders-for-gltf',
  transform: (code, id) =>
    id.endsWith('/DRACOLoader.js') ? code.replaceAll(/new URL\( '\.\.\/libs\/draco\/draco_[^)]+\)/g, "''") : undefined,
}

/** Replace the code that the transcoder of KTX2 textures generates. */
const transcoderWithoutGeneratedCode: Plugin = {
  name: 'transcoder-without-generated-code',
  generateBundle(_, bundle) {
    const names = Object.keys(bundle).filter((name) => /basis_transcoder.*\.js$/.test(name))
    if (names.length !== 1) throw new Error(`expected one transcoder, got ${names.length}`)
    for (const name of names) {
      const file = bundle[name]
      if (file?.type === 'asset') file.source = withoutGeneratedCode(Buffer.from(file.source).toString())
    }
  },
}

/** The script of the page that `twin preview` writes: all modules in one, so that a policy can name its hash. */
const SCRIPT_OF_PREVIEW = 'preview.js'

/** Keep only the script of a build: the other files are those of the page. */
const scriptOnly: Plugin = {
  name: 'script-only',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      for (const name of Object.keys(bundle)) if (name !== SCRIPT_OF_PREVIEW) delete bundle[name]
    },
  },
}

export default defineConfig(({ mode }) => ({
  plugins: [
    smallThree,
    decodersForGltf,
    mode === 'preview' ? scriptOnly : transcoderWithoutGeneratedCode,
  ],
  base: './', // The page is served below a path, by the embedded AWS or from a bucket.
  build: {
    // The Python package finds it there, in a clone and in a wheel.
    outDir: '../twin_stack/_assets/page',
    emptyOutDir: mode !== 'preview',
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One style sheet, which `twin preview` puts into the document.
    cssCodeSplit: false,
    chunkSizeWarningLimit: 1200,
    // The licenses of the libraries require a notice.
    license: { fileName: 'licenses.md' },
    ...(mode === 'preview'
      ? { rolldownOptions: { output: { codeSplitting: false, entryFileNames: SCRIPT_OF_PREVIEW } } }
      : {}),
  },
  experimental: {
    // The page that `twin preview` writes has its other files in globalThis.twinAssets.
    renderBuiltUrl(filename, { hostType }) {
      if (hostType !== 'js') return { relative: true }
      const name = JSON.stringify(filename)
      return { runtime: `(globalThis.twinAssets?.[${name}] ?? new URL(${name}, document.baseURI).href)` }
    },
  },
  test: {
    include: ['tests/**/*.test.ts'],
    // Long, so that a busy machine fails no test.
    testTimeout: 120_000,
    // A worker imports modules once for all of its files: importing three.js for each takes longer than the tests.
    isolate: false,
    unstubGlobals: true,
    restoreMocks: true,
  },
}))
