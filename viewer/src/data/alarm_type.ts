/** What the properties of an alarm type are for. The same rules as the alarm evaluator's, in Python. */

import type { ComponentTypeDetails, PropertyDefinition } from '../api/api'

/** The alarm type of AWS, which all alarm types extend. */
export const BASE_ALARM_TYPE = 'com.amazon.iottwinmaker.alarm.basic'
/** Property of AWS's alarm type with the state: ACTIVE, SNOOZE_DISABLED, ACKNOWLEDGED or NORMAL. */
export const ALARM_STATUS = 'alarm_status'
/** Property for the note of who acknowledges. The name is this project's: AWS documents none. */
const ALARM_NOTE = 'alarmNote'
const LEVELS = ['NORMAL', 'WARNING', 'CRITICAL']

/** Names of the properties of an alarm type; absent where the type has none. */
export interface AlarmProperties {
  readonly status?: string
  /** A state that distinguishes a warning from a critical alarm. */
  readonly level?: string
  readonly message?: string
  readonly note?: string
}

export function alarmProperties(definitions: Readonly<Record<string, PropertyDefinition>>): AlarmProperties {
  const properties: { -readonly [Name in keyof AlarmProperties]: AlarmProperties[Name] } = {}
  for (const [name, definition] of Object.entries(definitions)) {
    if (name === ALARM_STATUS) properties.status = name
    else if (isLevel(definition)) properties.level ??= name
    else if (!isText(definition) || definition.dataType?.allowedValues) continue
    else if (name === ALARM_NOTE) properties.note = name
    else properties.message ??= name
  }
  return properties
}

/** Whether a property holds the state of an alarm. */
export function isAlarmState(name: string, definition: PropertyDefinition | undefined): boolean {
  return name === ALARM_STATUS || (definition !== undefined && isLevel(definition))
}

/** Whether BatchPutPropertyValues can write to components of a type. */
export function isWritable({ functions }: ComponentTypeDetails): boolean {
  return functions?.['dataWriter']?.implementedBy !== undefined
}

function isText({ isTimeSeries, dataType }: PropertyDefinition): boolean {
  return isTimeSeries === true && dataType?.type === 'STRING'
}

function isLevel(definition: PropertyDefinition): boolean {
  const allowed = definition.dataType?.allowedValues?.map((value) => value.stringValue) ?? []
  return isText(definition) && LEVELS.every((level) => allowed.includes(level))
}
