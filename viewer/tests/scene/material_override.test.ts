import { Group, Mesh, MeshStandardMaterial } from 'three'
import { expect, test } from 'vitest'

import { MaterialOverride } from '../../src/scene/material_override'

function modelMesh(): { mesh: Mesh; material: MeshStandardMaterial; group: Group } {
  const material = new MeshStandardMaterial({ color: '#00ff00' })
  const mesh = new Mesh(undefined, material)
  mesh.userData['model'] = true
  return { mesh, material, group: new Group().add(mesh) }
}

const colorOf = (mesh: Mesh): string => (mesh.material as MeshStandardMaterial).color.getHexString()

test('a style changes a copy of the material, and its end restores the original', () => {
  const { mesh, material, group } = modelMesh()
  const override = new MaterialOverride(0)
  override.addMeshes(group)
  override.setStyle({ color: '#ff0000', opacity: 0.5 })

  expect(colorOf(mesh)).toBe('ff0000')
  expect(mesh.material).toMatchObject({ opacity: 0.5, transparent: true })
  expect(material.color.getHexString()).toBe('00ff00')

  override.setStyle(undefined)
  expect(mesh.material).toBe(material)
})

test('the style of the nearer node wins, whichever came first', () => {
  const { mesh, group } = modelMesh()
  const inner = new MaterialOverride(1)
  const outer = new MaterialOverride(0)
  for (const override of [inner, outer]) override.addMeshes(group)
  inner.setStyle({ color: '#ff0000' })
  outer.setStyle({ color: '#0000ff', opacity: 0.5 })
  expect(colorOf(mesh)).toBe('ff0000')
  expect(mesh.material).toMatchObject({ opacity: 0.5 })

  inner.dispose()
  expect(colorOf(mesh)).toBe('0000ff')
})

test('a mesh that is added later gets the present style, and only meshes of models do', () => {
  const { mesh, group } = modelMesh()
  const other = new Mesh(undefined, new MeshStandardMaterial({ color: '#ffffff' }))
  const override = new MaterialOverride(0)
  override.setStyle({ color: '#ff0000' })
  override.addMeshes(group.add(other))

  expect(colorOf(mesh)).toBe('ff0000')
  expect(colorOf(other)).toBe('ffffff')
})

test('each material of a mesh with several is copied', () => {
  const mesh = new Mesh(undefined, [new MeshStandardMaterial(), new MeshStandardMaterial()])
  mesh.userData['model'] = true
  const override = new MaterialOverride(0)
  override.addMeshes(mesh)
  override.setStyle({ color: '#ff0000' })

  expect(mesh.material.map((material) => material.color.getHexString())).toEqual(['ff0000', 'ff0000'])
})
