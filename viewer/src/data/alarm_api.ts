/** Lets all parts of the page read the same state of an alarm, whichever of its two properties they read. */

import { type Api, ApiError, type HistoryRequest, MAX_PROPERTIES, type Page, type PropertyHistory } from '../api/api'
import { type AlarmState, asLevel, asStatus } from './alarm_state'
import type { AlarmProperties } from './alarm_type'
import { type AlarmType, statesIn } from './alarms'

type Pair = Required<Pick<AlarmProperties, 'status' | 'level'>>

/**
 * Wrap an API so that the histories of an alarm's two states agree: both have the newest state of either.
 *
 * @param types The alarm types, as far as they are read.
 */
export function withOneAlarmState(api: Api, types: () => readonly AlarmType[]): Api {
  return new Proxy(api, {
    get(target, name) {
      if (name === 'through') {
        return (...args: Parameters<Api['through']>) => withOneAlarmState(target.through(...args), types)
      }
      if (name === 'history') {
        return (workspaceId: string, request: HistoryRequest) => readHistory(target, workspaceId, request, types())
      }
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

async function readHistory(
  api: Api,
  workspaceId: string,
  request: HistoryRequest,
  types: readonly AlarmType[],
): Promise<Page<PropertyHistory>> {
  const pair = findPair(request, types)
  const selected = pair && [...new Set([...request.selectedProperties, pair.status, pair.level])]
  if (!selected || selected.length > MAX_PROPERTIES) return api.history(workspaceId, request)
  try {
    const page = await api.history(workspaceId, { ...request, selectedProperties: selected })
    return { ...page, items: agree(page.items, pair, request) }
  } catch (error) {
    // Of an entity with components of several alarm types, this one may not have both properties.
    const isRefused = error instanceof ApiError && error.status === 400 && selected.length > request.selectedProperties.length
    if (!isRefused) throw error
    return api.history(workspaceId, request)
  }
}

/** The histories of all properties of a type's alarms, in which the two states agree. */
export function withAgreedStates(items: readonly PropertyHistory[], { properties }: AlarmType): readonly PropertyHistory[] {
  const { status, level } = properties
  if (!status || !level) return items
  return agree(items, { status, level }, { selectedProperties: Object.values(properties), orderByTime: 'DESCENDING' })
}

/** The two states of the requested alarm; undefined if the request is for no state, or the alarm has one state. */
function findPair(request: HistoryRequest, types: readonly AlarmType[]): Pair | undefined {
  for (const { id, entityIds, properties } of types) {
    const { status, level } = properties
    if (!status || !level) continue
    const isOfType = request.componentTypeId === id || entityIds.has(request.entityId ?? '')
    if (isOfType && request.selectedProperties.some((name) => name === status || name === level)) return { status, level }
  }
  return undefined
}

function agree(
  items: readonly PropertyHistory[],
  pair: Pair,
  request: Pick<HistoryRequest, 'selectedProperties' | 'orderByTime'>,
): PropertyHistory[] {
  const isState = (name: string) => name === pair.status || name === pair.level
  const others = items.filter(({ entityPropertyReference }) => !isState(entityPropertyReference.propertyName))
  const byAlarm = new Map<string, PropertyHistory[]>()
  for (const item of items) {
    const { propertyName, ...alarm } = item.entityPropertyReference
    if (!isState(propertyName)) continue
    const key = JSON.stringify(alarm)
    byAlarm.set(key, [...(byAlarm.get(key) ?? []), item])
  }
  const agreed = [...byAlarm.values()].flatMap((own) => {
    const states = statesIn(own, pair).sort((a, b) => a.time - b.time)
    if (request.orderByTime === 'DESCENDING') states.reverse()
    const reference = own[0]!.entityPropertyReference
    return [pair.status, pair.level]
      .filter((name) => request.selectedProperties.includes(name))
      .map((propertyName) => ({
        entityPropertyReference: { ...reference, propertyName },
        values: states.map((state) => sampleOf(state, propertyName === pair.status)),
      }))
  })
  return [...others, ...agreed]
}

function sampleOf(state: AlarmState, isStatus: boolean) {
  const stringValue = isStatus ? asStatus(state) : asLevel(state)
  return { time: new Date(state.time).toISOString(), value: { stringValue } }
}
