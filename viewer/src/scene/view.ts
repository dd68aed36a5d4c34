import type { Feed } from '../data/feed'

export interface Problem {
  readonly level: 'fatal' | 'warning'
  readonly message: string
  readonly node?: string
}

export interface Selected {
  readonly entityId?: string
  readonly componentName?: string
  readonly propertyName?: string
  readonly nodeName: string
  readonly navLink?: string
}

export interface SceneOptions {
  readonly element: HTMLElement
  readonly feed: Feed
  readonly fetchAsset: (uri: string) => Promise<ArrayBuffer>
  readonly onSelect: (selected: Selected | undefined) => void
  readonly decoderPath: string
  readonly theme: 'light' | 'dark'
  readonly onDrawn?: () => void
}

/** Stands in until there is one. */
export class SceneView {
  readonly cameras: readonly string[] = []
  constructor(_options: SceneOptions) {}
  async load(_text: string, _uri: string): Promise<Problem[]> {
    return []
  }
  showCamera(_name: string): void {}
  flyTo(_entityId: string): boolean {
    return false
  }
  select(_entityId: string | undefined): void {}
  setTheme(_theme: 'light' | 'dark'): void {}
  dispose(): void {}
}
