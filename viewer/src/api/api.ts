/** The calls to AWS IoT TwinMaker and S3 that the page makes. Names of members are the services' own. */

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
  /** Eventually consistent. */
  readonly hasChildEntities?: boolean
}

/** The parent of entities at the top. It is no entity. */
export const ROOT = '$ROOT'

export interface ComponentType {
  readonly componentTypeId: string
  readonly componentTypeName?: string
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

export interface ComponentTypeDetails {
  /** Including inherited ones. */
  readonly propertyDefinitions?: Readonly<Record<string, PropertyDefinition>>
  /** Including inherited ones; one without an implementation cannot be called. */
  readonly functions?: Readonly<Record<string, { readonly implementedBy?: { readonly isNative?: boolean } }>>
}

/** A value to write to a property. */
export interface PropertyWrite {
  readonly propertyName: string
  /** RFC 3339. */
  readonly time: string
  readonly value: DataValue
}

export interface Scene {
  readonly sceneId: string
  /** `s3://` address of the document. */
  readonly contentLocation: string
  readonly description?: string
}

export interface HistoryRequest {
  readonly entityId?: string
  /** Name of the component, or its path if it is part of a composite component. */
  readonly componentName?: string
  readonly componentTypeId?: string
  /** At most `MAX_PROPERTIES`. */
  readonly selectedProperties: readonly string[]
  readonly startTime: string
  readonly endTime: string
  readonly orderByTime: 'ASCENDING' | 'DESCENDING'
  /** Values of each property, at most `MAX_VALUES`. */
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

export type EntityFilter =
  | { readonly parentEntityId: string }
  | { readonly componentTypeId: string }
  | { readonly externalId: string }

/** Most properties of one request for values. */
export const MAX_PROPERTIES = 10
/** Most values of each property in one answer. */
export const MAX_VALUES = 200

/** A request to a service. */
export interface OutgoingRequest {
  /** What limits it: AWS counts requests for values (`data`), and those for entities, types and scenes (`control`). */
  readonly kind: 'data' | 'control' | 'object'
  /** Equal for requests with equal answers. */
  readonly key: string
  /** Whether it changes something. That it is not allowed says nothing of what the page shows. */
  readonly isWrite?: boolean
}

/** Sends a request, at once or later. */
export type Transport = <T>(request: OutgoingRequest, send: () => Promise<T>) => Promise<T>

export interface Api {
  /** Origins of the services; none if the twin is embedded in the page. */
  readonly origins: readonly string[]
  workspaces(): Promise<string[]>
  scenes(workspaceId: string): Promise<Scene[]>
  /** All entities, or those of a filter. */
  entities(workspaceId: string, filter?: EntityFilter): Promise<EntitySummary[]>
  /** One page of the same. */
  entityPage(workspaceId: string, filter?: EntityFilter, nextToken?: string): Promise<Page<EntitySummary>>
  entity(workspaceId: string, entityId: string): Promise<Entity>
  componentTypes(workspaceId: string): Promise<ComponentType[]>
  /** Ids of the component types that extend another one directly. */
  extendingTypes(workspaceId: string, componentTypeId: string): Promise<string[]>
  componentType(workspaceId: string, componentTypeId: string): Promise<ComponentTypeDetails>
  values(
    workspaceId: string,
    entityId: string,
    componentName: string,
    selectedProperties: readonly string[],
  ): Promise<Record<string, DataValue>>
  history(workspaceId: string, request: HistoryRequest): Promise<Page<PropertyHistory>>
  /** Write values of a component, in their order. @throws {ApiError} if one is not written. */
  putValues(workspaceId: string, entityId: string, componentName: string, writes: readonly PropertyWrite[]): Promise<void>
  /** Read an S3 object by its `s3://bucket/key` address, or a file by its http address. */
  object(uri: string): Promise<ArrayBuffer>
  /** The same API, whose requests to services go through a transport. */
  through(transport: Transport): Api
}

/** The origins of the page and of its API. */
export function ownOrigins(api: Api): readonly string[] {
  return [location.origin, ...api.origins]
}

/** Codes of services that throttle with another status than 429. */
const THROTTLING_CODES = new Set(['ThrottlingException', 'TooManyRequestsException', 'SlowDown'])
/** Codes by which services refuse credentials, not what they may do. */
const CREDENTIAL_CODES = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'InvalidToken',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
])

/** A request that failed, or that got no response. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    /** HTTP status; 0 without a response. */
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message)
  }

  /** Whether the account makes more requests than the service allows, so that the request was not tried. */
  get isThrottled(): boolean {
    return this.status === 429 || THROTTLING_CODES.has(this.code)
  }

  /** Whether the credentials are expired or wrong, so that each request fails until there are others. */
  get isSignedOut(): boolean {
    return (this.status === 401 || this.status === 403) && (this.status === 401 || CREDENTIAL_CODES.has(this.code))
  }

  /** Whether the same request may succeed later. */
  get isTransient(): boolean {
    return this.status === 0 || this.isThrottled || this.isSignedOut || this.status >= 500
  }
}
