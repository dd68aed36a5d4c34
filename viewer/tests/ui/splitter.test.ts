// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'

import { Splitter } from '../../src/ui/splitter'

let root: HTMLElement
let pane: HTMLElement
let width: number

beforeEach(() => {
  localStorage.clear()
  root = document.createElement('div')
  pane = document.createElement('div')
  width = 260
  pane.getBoundingClientRect = () => ({ width, height: 100 }) as DOMRect
})

function create(): Splitter {
  const options = { name: 'panel', label: 'Width of the details', min: 200, max: 600 } as const
  return new Splitter({ ...options, root, pane: () => pane, direction: '-x' })
}

function press(splitter: Splitter, key: string): void {
  splitter.element.dispatchEvent(new KeyboardEvent('keydown', { key }))
}

test('a pane grows towards the arrow, within its bounds', () => {
  const splitter = create()
  press(splitter, 'ArrowLeft')
  expect(root.style.getPropertyValue('--panel-size')).toBe('276px')
  expect(splitter.element.getAttribute('aria-valuenow')).toBe('276')
  press(splitter, 'End')
  expect(root.style.getPropertyValue('--panel-size')).toBe('600px')
  width = 205
  press(splitter, 'ArrowRight')
  expect(root.style.getPropertyValue('--panel-size')).toBe('200px')
})

test('a size is kept in the browser until it is reset', () => {
  press(create(), 'Home')
  root.style.removeProperty('--panel-size')
  const splitter = create()
  expect(root.style.getPropertyValue('--panel-size')).toBe('200px')
  press(splitter, 'Enter')
  expect(root.style.getPropertyValue('--panel-size')).toBe('')
  expect(localStorage.getItem('twin-stack.panes')).toBe('{}')
})

test('a stored text of something else is ignored', () => {
  localStorage.setItem('twin-stack.panes', '{"panel": "wide"')
  create()
  expect(root.style.getPropertyValue('--panel-size')).toBe('')
})
