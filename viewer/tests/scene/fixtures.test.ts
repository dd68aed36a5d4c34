import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readScene } from '../../src/scene/document_reader'

/** Scenes of AWS's own tests, where someone has put them beside this project. They are not part of it. */
const SCENES = resolve(import.meta.dirname, '../../../../shared/cases/scene_composer_fixtures/scenes')

// The first column of verdicts is what AWS's deserializer said, scene composer 10.13.1; `make conformance` asks it
// again. The second is what is told here on top.
test.skipIf(!existsSync(SCENES)).for([
  ['CookieFactoryWaterTank.scene.json', [], []],
  ['invalid-spec-version.scene.json', ['fatal: specVersion "a.1" is not well-formatted'], []],
  [
    'mix-error-warning.scene.json',
    ['warning: specVersion "1.1" is newer', 'warning: Unknown component type FutureNonExistComponent', 'fatal: Invalid child#[1] found in node#[0]'],
    ['warning: unknown unitOfMeasure "meter"', 'fatal: Invalid child#[2] found in node#[0]'],
  ],
  ['overlay.scene.json', [], []],
  ['scene_1.json', [], []],
  ['scene_2.scene.json', [], ['warning: Tag has a rule and is not bound to a property']],
  [
    'unsupported-minor-version.scene.json',
    ['warning: specVersion "1.1" is newer', ...[1, 2, 3].map((one) => `warning: Unknown component type FutureNonExistComponent${one}`)],
    ['warning: the scene has neither an environmentPreset nor a Light'],
  ],
] as const)('%s has the verdict of its own viewer', ([file, theirs, onTop]) => {
  const { problems } = readScene(readFileSync(resolve(SCENES, file), 'utf8'))
  for (const verdict of [...theirs, ...onTop]) {
    const [level, message] = verdict.split(/: (.*)/)
    expect(problems).toContainEqual(expect.objectContaining({ level, message: expect.stringContaining(message!) }))
  }
  expect(problems).toHaveLength(theirs.length + onTop.length)
})
