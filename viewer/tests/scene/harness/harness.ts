/** A scene view alone on a page, with values that a test sets. The tests are in tests/viewer/scene. */

import type { Binding, Feed, Reading, Value } from '../../../src/data/feed'
import { SceneView, type Problem, type Selection } from '../../../src/scene/view'

// The page's policy allows no inline styles in a document.
const sheet = new CSSStyleSheet()
sheet.replaceSync('body { margin: 0 } #scene { position: relative; width: 300px; height: 200px }')
document.adoptedStyleSheets.push(sheet)

const keyOf = ({ entityId, componentName, propertyName }: Binding): string => [entityId, componentName, propertyName].join('/')

const readings = new Map<string, Reading>()
const listeners = new Map<string, Set<(reading: Reading) => void>>()
const feed: Feed = {
  subscribe(binding, listener) {
    const key = keyOf(binding)
    const ofKey = listeners.get(key) ?? new Set()
    listeners.set(key, ofKey.add(listener))
    listener(readings.get(key) ?? {})
    return () => {
      ofKey.delete(listener)
      if (!ofKey.size) listeners.delete(key)
    }
  },
}

class Harness {
  frames = 0
  /** Problems that changed after loading. */
  problems: readonly Problem[] | undefined
  selected: Selection | undefined
  readonly fetched: string[] = []
  readonly view = new SceneView({
    element: document.getElementById('scene')!,
    feed,
    theme: 'light',
    ownOrigins: [location.origin],
    fetchAsset: async (uri) => {
      this.fetched.push(uri)
      const response = await fetch(uri.replace('s3://bucket/scenes/', './models/'))
      if (!response.ok) throw new Error(`HTTP ${response.status}`)
      return response.arrayBuffer()
    },
    isTransient: (error) => (error as Error).message === 'HTTP 503',
    onProblems: (problems) => (this.problems = problems),
    onSelect: (selected) => (this.selected = selected),
    onDrawn: () => (this.frames += 1),
  })

  /**
   * Show an empty scene, without values and what else a test changed.
   *
   * The view stays, as on the page that shows another scene: a new one compiles all shaders again, which takes a
   * software renderer longer than most tests.
   */
  async reset(): Promise<void> {
    document.body.className = ''
    document.adoptedStyleSheets = [sheet]
    readings.clear()
    const canvas = document.querySelector<HTMLCanvasElement>('#scene canvas')
    if (!canvas) return start() // A test disposed of the view.
    canvas.style.cursor = canvas.title = ''
    await this.load({ specVersion: '1.0', version: '1', nodes: [], rootNodeIndexes: [] })
    this.fetched.length = 0
    this.problems = this.selected = undefined
  }

  load(scene: unknown): Promise<readonly Problem[]> {
    return this.view.load(JSON.stringify(scene), 's3://bucket/scenes/scene.json')
  }

  set(key: string, value: Value | undefined, state: Pick<Reading, 'error' | 'isStale' | 'unit'> = {}): void {
    readings.set(key, { ...(value === undefined ? {} : { value }), time: Date.now(), ...state })
    for (const listener of listeners.get(key) ?? []) listener(readings.get(key)!)
  }

  get subscribed(): string[] {
    return [...listeners.keys()]
  }

  /** Wait until nothing was drawn for a moment. */
  async untilStill(): Promise<void> {
    while (await this.framesIn(300));
  }

  /** Count the frames drawn in some milliseconds. */
  async framesIn(milliseconds: number): Promise<number> {
    const before = this.frames
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    return this.frames - before
  }
}

function start(): void {
  Object.assign(globalThis, { harness: new Harness() })
}

start()
