import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { withoutGeneratedCode } from '../../bundling/transcoder'

const three = dirname(createRequire(import.meta.url).resolve('three'))
const source = readFileSync(join(three, '../examples/jsm/libs/basis/basis_transcoder.js'), 'utf8')

test('the transcoder of this version of three.js has the two places', () => {
  const code = withoutGeneratedCode(source)
  expect(source).toContain('newFunc(Function')
  expect(code).not.toContain('newFunc(Function')
  expect(() => new Function(code)).not.toThrow()
})

test('a transcoder of another form is refused', () => {
  expect(() => withoutGeneratedCode(source.replace('let[args,invokerFnBody]', 'let [args, body]'))).toThrow('has no')
  expect(() => withoutGeneratedCode(`${source};new Function('x')`)).toThrow('other generated code')
})
