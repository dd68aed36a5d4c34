import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { smallShader, withSmallShaders } from '../../bundling/glsl'

const shaders = join(dirname(createRequire(import.meta.url).resolve('three')), '../src/renderers/shaders')
const files = ['ShaderChunk', 'ShaderLib'].flatMap((folder) => readdirSync(join(shaders, folder)).map((name) => join(shaders, folder, name)))

/** Tokens of a shader. Directives are one token each, with single spaces. */
function tokens(shader: string): string[] {
  const text = shader.replace(/\/\*[^]*?\*\/|\/\/.*/g, ' ')
  return (text.match(/^[ \t]*#.*$|[\w.]+|[^\s\w]/gm) ?? []).map((token) => token.trim().replace(/\s+/g, ' '))
}

test.each([
  ['a =  b ;', 'a=b;'],
  ['a - -b + +c - d', 'a- -b+ +c-d'],
  ['if ( a >= 1. && ! b ) {\n\t\treturn x ? y : -z;\n\t}', 'if(a>=1.&&!b){return x?y:-z;}'],
  ['/* what\nit is */\nint a; // why\n\nfloat b;', 'int a;float b;'],
  ['\n\t#ifdef  A\n\tx;\n#endif\n', '#ifdef A\nx;\n#endif'],
  ['#define f( a ) ( a )\n#include <common>\nvoid main() {}', '#define f( a ) ( a )\n#include <common>\nvoid main(){}'],
])('%j becomes %j', (shader, small) => {
  expect(smallShader(shader)).toBe(small)
})

test('the shaders of this version of three.js keep their tokens', () => {
  expect(files.length).toBeGreaterThan(100)
  let saved = 0
  for (const file of files) {
    const code = readFileSync(file, 'utf8')
    const small = withSmallShaders(code)
    const count = code.match(/\/\* glsl \*\//g)?.length
    const [before, after] = [code, small].map((text) => [...text.matchAll(/`([^`]*)`/g)].map(([, shader]) => tokens(shader!)))
    expect(before, file).toHaveLength(count!)
    expect(after, file).toEqual(before)
    saved += code.length - small.length
  }
  expect(saved).toBeGreaterThan(30_000)
})

test('other templates, and those with expressions, stay', () => {
  const code = 'const a = `x  y`; const b = /* glsl */`x  ${a}`; const c = /* glsl */`x  y`'
  expect(withSmallShaders(code)).toBe('const a = `x  y`; const b = /* glsl */`x  ${a}`; const c = `x y`')
})
