import { expect, test } from 'vitest'
import { resolveUri } from '../../src/scene/uri'

const scene = 's3://bucket/sites/a/scene.json'

test.each([
  ['factory.glb', 's3://bucket/sites/a/factory.glb'],
  ['models/x y.glb', 's3://bucket/sites/a/models/x y.glb'],
  ['./x.glb', 's3://bucket/sites/a/x.glb'],
  ['../b/x.glb', 's3://bucket/sites/b/x.glb'],
  ['../../../../x.glb', 's3://bucket/x.glb'],
  ['/x.glb', 's3://bucket/x.glb'],
  ['s3://other/x.glb', 's3://other/x.glb'],
  ['https://example.com/x.glb', 'https://example.com/x.glb'],
  ['data:model/gltf+json,{}', 'data:model/gltf+json,{}'],
])('%s is resolved against the scene', (uri, expected) => {
  expect(resolveUri(uri, scene)).toBe(expected)
})

test('the scene may be at the root of its bucket, or at an http address', () => {
  expect(resolveUri('x.glb', 's3://bucket/scene.json')).toBe('s3://bucket/x.glb')
  expect(resolveUri('x.glb', 'http://127.0.0.1:1/a/scene.json')).toBe('http://127.0.0.1:1/a/x.glb')
})

test('an address cannot be resolved against a path without a scheme', () => {
  expect(() => resolveUri('x.glb', 'scene.json')).toThrow(/not an s3:\/\/ or http/)
})
