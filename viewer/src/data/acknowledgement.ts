/** Acknowledging an alarm: by BatchPutPropertyValues, as any other client does. */

import { type Api, ApiError, type Entity } from '../api/api'
import type { Alarm, AlarmMonitor } from './alarms'
import { clock } from './clock'

/** Longest text of a value. Source: botocore, `String` of `DataValue`. */
export const MAX_NOTE_LENGTH = 256
const ACKNOWLEDGED = 'ACKNOWLEDGED'

export interface AcknowledgerOptions {
  readonly api: Api
  readonly workspaceId: string
  readonly monitor: AlarmMonitor
  /** Why the user may write no values; undefined if the user may, or if only the service decides. */
  readonly writeObstacle: string | undefined
}

export class Acknowledger {
  /** Why the service refuses what this page writes; undefined if it does not, as far as is known. */
  private refusal: string | undefined

  constructor(private readonly options: AcknowledgerOptions) {}

  /** Why an alarm cannot be acknowledged; undefined if it can. */
  obstacle(alarm: Alarm): string | undefined {
    if (this.options.writeObstacle !== undefined) return this.options.writeObstacle
    if (alarm.properties.status === undefined) return `Component type ${alarm.typeId} has no property alarm_status.`
    if (!alarm.isWritable) return `Component type ${alarm.typeId} has no dataWriter, so that its alarms cannot be acknowledged.`
    return this.refusal
  }

  /** Why an alarm cannot keep a note; undefined if it can. */
  noteObstacle(alarm: Alarm): string | undefined {
    if (alarm.properties.note !== undefined) return undefined
    return `Notes cannot be kept: component type ${alarm.typeId} has no time series alarmNote.`
  }

  /**
   * Acknowledge an alarm.
   *
   * @throws {ApiError} if the service or the connector refuses it.
   */
  async acknowledge(alarm: Alarm, note: string): Promise<void> {
    const { api, workspaceId, monitor } = this.options
    const { status, note: noteProperty } = alarm.properties
    if (status === undefined) throw new Error(this.obstacle(alarm))
    const componentName = await this.findComponent(alarm)
    // A device's clock may be ahead: an acknowledgement before the alarm would have no effect.
    const instant = Math.max(Math.floor(clock.now()), alarm.time + 1)
    const time = new Date(instant).toISOString()
    const keptNote = noteProperty === undefined ? '' : note.trim()
    // The note comes first: once the status is there, the alarm's state is evaluated.
    const writes = [
      ...(noteProperty && keptNote ? [{ propertyName: noteProperty, time, value: { stringValue: keptNote } }] : []),
      { propertyName: status, time, value: { stringValue: ACKNOWLEDGED } },
    ]
    try {
      await api.putValues(workspaceId, alarm.entityId, componentName, writes)
    } catch (error) {
      if (error instanceof ApiError && error.status === 403 && !error.isSignedOut) {
        this.refusal = `This page may not acknowledge alarms: ${error.message}`
      }
      throw error
    }
    await monitor.addWritten(alarm, { time: instant, status: ACKNOWLEDGED }, keptNote || undefined)
  }

  /** The component of an alarm, whose answers may have an external id only. */
  async findComponent(alarm: Alarm): Promise<string> {
    if (alarm.componentName !== undefined) return alarm.componentName
    const entity = await this.options.api.entity(this.options.workspaceId, alarm.entityId)
    const names = alarmComponents(entity, alarm)
    const [name] = names
    if (name === undefined) throw new Error(`entity ${alarm.entityId} has no component of type ${alarm.typeId}`)
    if (names.length > 1) throw new Error(`entity ${alarm.entityId} has several alarms: ${names.join(', ')}`)
    return name
  }
}

/** The components that an alarm may be of: one, unless several of an entity have the same external id. */
export function alarmComponents(entity: Entity, alarm: Pick<Alarm, 'typeId' | 'externalId'>): string[] {
  const ofType = Object.entries(entity.components ?? {}).filter(([, { componentTypeId }]) => componentTypeId === alarm.typeId)
  const ofId = ofType.filter(([, { properties = {} }]) =>
    Object.values(properties).some(({ definition, value }) => {
      const { stringValue } = value ?? definition?.defaultValue ?? {}
      return definition?.isExternalId === true && stringValue === alarm.externalId
    }),
  )
  return (ofId.length > 0 ? ofId : ofType).map(([name]) => name)
}
