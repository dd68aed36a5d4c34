/** What a screen on a wall shows, one after the other: cameras and alarms of a scene, then the next scene. Pure. */

import type { Alarm, Alarms } from './alarms'
import { DEFAULT_ORDER, sortAlarms } from './alarm_order'

export type WallStep =
  | { readonly kind: 'camera'; readonly name: string }
  | { readonly kind: 'alarm'; readonly alarm: Alarm }
  | { readonly kind: 'scene'; readonly sceneId: string }

export interface WallContent {
  readonly sceneIds: readonly string[]
  /** The scene that is shown. */
  readonly sceneId: string | undefined
  readonly cameras: readonly string[]
  readonly alarms: readonly Alarm[]
}

/** Most alarms between two views of a scene, so that the scene is seen at all. */
const MAX_ALARMS = 10

/** The steps of a round, which ends with the next scene if there are several. */
export function stepsOf({ sceneIds, sceneId, cameras, alarms }: WallContent): WallStep[] {
  const active = sortAlarms(alarms.filter(isActive), DEFAULT_ORDER, (id) => id).slice(0, MAX_ALARMS)
  const next = sceneIds[(sceneIds.indexOf(sceneId ?? '') + 1) % sceneIds.length]
  return [
    ...cameras.map((name): WallStep => ({ kind: 'camera', name })),
    ...active.map((alarm): WallStep => ({ kind: 'alarm', alarm })),
    ...(next !== undefined && next !== sceneId ? [{ kind: 'scene', sceneId: next } as const] : []),
  ]
}

/** Finds alarms that were not there before. */
export class NewAlarms {
  /** Since when each active alarm has been raised, by id; undefined until alarms are known. */
  private raised: ReadonlyMap<string, number> | undefined

  /** The alarms that are new, the worst first. Those that are there at first are not. */
  find({ state, list }: Alarms): Alarm[] {
    if (state === 'unknown') return []
    const active = list.filter(isActive)
    const former = this.raised
    this.raised = new Map(active.map(({ id, since }) => [id, since]))
    if (!former) return []
    return sortAlarms(
      // An alarm that ended and came back between two requests is new as well.
      active.filter(({ id, since, isSinceExact }) => !former.has(id) || (isSinceExact && since > former.get(id)!)),
      DEFAULT_ORDER,
      (id) => id,
    )
  }
}

function isActive({ severity }: Alarm): boolean {
  return severity === 'critical' || severity === 'warning'
}
