/** What a view of a scene is given. */

import type { Feed } from '../data/feed'
import type { FetchAsset } from './assets'
import type { Problem } from './document'
import type { Selection } from './selection'

export type Theme = 'light' | 'dark'

export interface SceneViewOptions {
  /** The view fills it. It needs a size and a CSS position, because overlays are positioned inside it. */
  readonly element: HTMLElement
  readonly feed: Feed
  /** Read the file at an `s3://` or `http(s)://` address. */
  readonly fetchAsset: FetchAsset
  /** Whether another attempt to read a file may succeed after an error. */
  readonly isTransient?: (error: unknown) => boolean
  /** Called when the problems of the scene change after it was loaded. */
  readonly onProblems?: (problems: readonly Problem[]) => void
  /** Origins of the page and its API, to which no link of a scene may lead. */
  readonly ownOrigins: readonly string[]
  readonly onSelect: (selection: Selection | undefined) => void
  readonly theme: Theme
  /** Called after each frame. */
  readonly onDrawn?: () => void
}
