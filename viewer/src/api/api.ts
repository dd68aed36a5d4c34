/** What the page asks of AWS IoT TwinMaker and S3: members and names are the services' own. */

export interface DataValue {
  readonly booleanValue?: boolean
  readonly doubleValue?: number
  readonly integerValue?: number
  readonly longValue?: number
  readonly stringValue?: string
  readonly expression?: string
  readonly listValue?: readonly DataValue[]
  readonly mapValue?: Readonly<Record<string, DataValue>>
  readonly relationshipValue?: {
    readonly targetEntityId?: string
    readonly targetComponentName?: string
  }
}

export interface EntitySummary {
  readonly entityId: string
  readonly entityName: string
  readonly parentEntityId?: string
  readonly description?: string
}

export interface PropertyDefinition {
  readonly dataType?: {
    readonly type?: string
    readonly unitOfMeasure?: string
    readonly allowedValues?: readonly DataValue[]
  }
  readonly isTimeSeries?: boolean
  readonly isStoredExternally?: boolean
  readonly isExternalId?: boolean
  readonly defaultValue?: DataValue
  readonly displayName?: string
}

export interface Property {
  readonly definition?: PropertyDefinition
  readonly value?: DataValue
}

export interface Component {
  readonly componentTypeId?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Property>>
  readonly status?: { readonly state?: string; readonly error?: { readonly message?: string } }
}

export interface Entity extends EntitySummary {
  readonly components?: Readonly<Record<string, Component>>
}

export interface Scene {
  readonly sceneId: string
  /** Uri of the document, in S3. */
  readonly contentLocation: string
  readonly description?: string
}

export interface HistoryRequest {
  readonly entityId?: string
  /** Its name, or its path where it is inside another one. */
  readonly componentName?: string
  readonly componentTypeId?: string
  /** At most ten. */
  readonly selectedProperties: readonly string[]
  readonly startTime: string
  readonly endTime: string
  readonly orderByTime: 'ASCENDING' | 'DESCENDING'
  /** Of each property, at most 200. */
  readonly maxResults: number
  readonly nextToken?: string
}

export interface PropertyHistory {
  readonly entityPropertyReference: {
    readonly entityId?: string
    readonly componentName?: string
    readonly propertyName: string
    readonly externalIdProperty?: Readonly<Record<string, string>>
  }
  readonly values?: readonly { readonly time?: string; readonly value?: DataValue }[]
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly nextToken?: string
}

export type EntityFilter = { readonly componentTypeId: string } | { readonly externalId: string }

/** Most properties of one request for values, and most values of each in one answer. */
export const MOST_PROPERTIES = 10
export const MOST_VALUES = 200

export interface Api {
  workspaces(): Promise<string[]>
  scenes(workspaceId: string): Promise<Scene[]>
  entities(workspaceId: string, filter?: EntityFilter): Promise<EntitySummary[]>
  entity(workspaceId: string, entityId: string): Promise<Entity>
  /** Ids of the component types that extend another one, directly. */
  extendingTypes(workspaceId: string, componentTypeId: string): Promise<string[]>
  /** Names of the properties that a component type has, inherited ones too. */
  propertyNames(workspaceId: string, componentTypeId: string): Promise<string[]>
  values(
    workspaceId: string,
    entityId: string,
    componentName: string,
    selectedProperties: readonly string[],
  ): Promise<Record<string, DataValue>>
  history(workspaceId: string, request: HistoryRequest): Promise<Page<PropertyHistory>>
  /** An object of S3 by its `s3://bucket/key` uri, or a file by its http uri. */
  object(uri: string): Promise<ArrayBuffer>
}

/** A request that was answered with an error, or not at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    /** 0: there was no answer. */
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message)
  }

  /** Whether the same request may succeed later, as it is. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}
