/** The API of AWS, or of the embedded one: REST requests signed with Signature Version 4. */

import { AwsClient } from 'aws4fetch'

import {
  type Api,
  ApiError,
  type Component,
  type ComponentType,
  type ComponentTypeDetails,
  type DataValue,
  type Entity,
  type EntityFilter,
  type EntitySummary,
  type HistoryRequest,
  type Page,
  type Property,
  type PropertyHistory,
  type PropertyWrite,
  type Scene,
  type Transport,
} from './api'
import { clock } from '../data/clock'
import type { Config } from './config'
import type { Credentials, CredentialsSource } from './credentials'

const PAGE_SIZE = 200
const TIMEOUT_MS = 30_000

/** Members of a response that tell whether it is complete. */
interface Completeness {
  readonly areAllComponentsReturned?: boolean
  readonly areAllPropertiesReturned?: boolean
  readonly compositeComponents?: Readonly<Record<string, unknown>>
}

interface PutError {
  readonly errorCode?: string
  readonly errorMessage?: string
}

interface Pagination {
  readonly nextToken?: string
}

export class AwsApi implements Api {
  readonly origins: readonly string[]
  /** Clients of the services for the present credentials. */
  private readonly clients = new Map<string, { readonly credentials: Credentials; readonly client: AwsClient }>()

  constructor(
    private readonly config: Config,
    private readonly credentials: CredentialsSource,
    private readonly transport: Transport = (_, send) => send(),
  ) {
    this.origins = [...Object.values(config.endpoints), ...(config.apiOrigin ? [config.apiOrigin] : [])]
  }

  through(transport: Transport): Api {
    return new AwsApi(this.config, this.credentials, (request, send) => transport(request, () => this.transport(request, send)))
  }

  async workspaces(): Promise<string[]> {
    const summaries = await this.list<{ workspaceId: string }>('/workspaces-list', 'workspaceSummaries')
    return summaries.map(({ workspaceId }) => workspaceId).sort()
  }

  scenes(workspaceId: string): Promise<Scene[]> {
    return this.list(`${workspacePath(workspaceId)}/scenes-list`, 'sceneSummaries')
  }

  entities(workspaceId: string, filter?: EntityFilter): Promise<EntitySummary[]> {
    return this.list(`${workspacePath(workspaceId)}/entities-list`, 'entitySummaries', filter && { filters: [filter] })
  }

  entityPage(workspaceId: string, filter?: EntityFilter, nextToken?: string): Promise<Page<EntitySummary>> {
    const path = `${workspacePath(workspaceId)}/entities-list`
    return this.page(path, 'entitySummaries', filter && { filters: [filter] }, nextToken)
  }

  componentTypes(workspaceId: string): Promise<ComponentType[]> {
    return this.list(`${workspacePath(workspaceId)}/component-types-list`, 'componentTypeSummaries')
  }

  async entity(workspaceId: string, entityId: string): Promise<Entity> {
    const path = `${workspacePath(workspaceId)}/entities/${encodeURIComponent(entityId)}`
    const entity = await this.request<Entity & Completeness>('GET', path)
    const components: Record<string, Component> = {}
    // GetEntity returns a limited number of components and properties, and no parts of composite components.
    for (const [name, component] of Object.entries(entity.components ?? {})) {
      await this.addComponent(workspaceId, entityId, name, component, components)
    }
    if (entity.areAllComponentsReturned === false) {
      await this.addComponents(workspaceId, entityId, undefined, components)
    }
    return { ...entity, components }
  }

  async extendingTypes(workspaceId: string, componentTypeId: string): Promise<string[]> {
    const summaries = await this.list<{ componentTypeId: string }>(
      `${workspacePath(workspaceId)}/component-types-list`,
      'componentTypeSummaries',
      { filters: [{ extendsFrom: componentTypeId }] },
    )
    return summaries.map((summary) => summary.componentTypeId)
  }

  async componentType(workspaceId: string, componentTypeId: string): Promise<ComponentTypeDetails> {
    return this.request('GET', `${workspacePath(workspaceId)}/component-types/${encodeURIComponent(componentTypeId)}`)
  }

  async values(
    workspaceId: string,
    entityId: string,
    componentName: string,
    selectedProperties: readonly string[],
  ): Promise<Record<string, DataValue>> {
    const path = `${workspacePath(workspaceId)}/entity-properties/value`
    const response = await this.request<{
      propertyValues?: Record<string, { propertyValue?: DataValue }>
    }>('POST', path, { entityId, ...componentAddress(componentName), selectedProperties })
    const values: Record<string, DataValue> = {}
    for (const [name, { propertyValue }] of Object.entries(response.propertyValues ?? {})) {
      if (propertyValue) values[name] = propertyValue
    }
    return values
  }

  async history(workspaceId: string, request: HistoryRequest): Promise<Page<PropertyHistory>> {
    const path = `${workspacePath(workspaceId)}/entity-properties/history`
    const { componentName, ...rest } = request
    const body = { ...rest, ...(componentName === undefined ? {} : componentAddress(componentName)) }
    const response = await this.request<Pagination & { propertyValues?: PropertyHistory[] }>('POST', path, body)
    return {
      items: response.propertyValues ?? [],
      ...(response.nextToken ? { nextToken: response.nextToken } : {}),
    }
  }

  async putValues(
    workspaceId: string,
    entityId: string,
    componentName: string,
    writes: readonly PropertyWrite[],
  ): Promise<void> {
    const entries = writes.map(({ propertyName, time, value }) => ({
      entityPropertyReference: { entityId, ...componentAddress(componentName), propertyName },
      propertyValues: [{ time, value }],
    }))
    const response = await this.request<{ errorEntries?: { errors?: PutError[] }[] }>(
      'POST',
      `${workspacePath(workspaceId)}/entity-properties`,
      { entries },
    )
    const error = response.errorEntries?.flatMap(({ errors = [] }) => errors)[0]
    if (error) throw new ApiError(400, error.errorCode ?? '', error.errorMessage ?? 'the value is not written')
  }

  async object(uri: string): Promise<ArrayBuffer> {
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? []
    // The browser would resolve "..", and sign a request for another bucket or operation.
    if (bucket && key && `${bucket}/${key}`.split('/').some((part) => /^\.\.?$/.test(part))) {
      throw new ApiError(404, 'NoSuchKey', `${uri} has "." or ".." in its path`)
    }
    const read = async (): Promise<ArrayBuffer> => {
      const response =
        bucket && key
          ? await this.fetch('s3', `${this.config.endpoints.s3}/${bucket}/${keyPath(key)}`, uri)
          : await withNetworkErrors(() => fetch(uri, withTimeout()))
      if (!response.ok) throw await errorOf(response, uri)
      return withNetworkErrors(() => response.arrayBuffer())
    }
    // Whether another host responds says nothing about the services.
    return bucket && key ? this.transport({ kind: 'object', key: uri }, read) : read()
  }

  /** Add a component with all of its properties, and the components that it is composed of. */
  private async addComponent(
    workspaceId: string,
    entityId: string,
    path: string,
    component: Component & Completeness,
    into: Record<string, Component>,
  ): Promise<void> {
    const isSummary = component.properties === undefined
    const isComplete = !isSummary && component.areAllPropertiesReturned !== false
    const properties = isComplete ? {} : { properties: await this.properties(workspaceId, entityId, path) }
    into[path] = { ...component, ...properties }
    if (isSummary || Object.keys(component.compositeComponents ?? {}).length > 0) {
      await this.addComponents(workspaceId, entityId, path, into)
    }
  }

  private async addComponents(
    workspaceId: string,
    entityId: string,
    parentPath: string | undefined,
    into: Record<string, Component>,
  ): Promise<void> {
    const body = parentPath === undefined ? {} : { componentPath: parentPath }
    const components = await this.list<Component & { componentName: string }>(
      `${workspacePath(workspaceId)}/entities/${encodeURIComponent(entityId)}/components-list`,
      'componentSummaries',
      body,
    )
    for (const component of components) {
      const name = component.componentName
      const path = parentPath === undefined ? name : `${parentPath}/${name}`
      if (!(path in into)) await this.addComponent(workspaceId, entityId, path, component, into)
    }
  }

  private async properties(workspaceId: string, entityId: string, component: string): Promise<Record<string, Property>> {
    const properties = await this.list<Property & { propertyName: string }>(
      `${workspacePath(workspaceId)}/properties-list`,
      'propertySummaries',
      { entityId, ...componentAddress(component) },
    )
    return Object.fromEntries(properties.map((property) => [property.propertyName, property]))
  }

  private async list<T>(path: string, member: string, body: object = {}): Promise<T[]> {
    const items: T[] = []
    let nextToken: string | undefined
    do {
      const page: Page<T> = await this.page(path, member, body, nextToken)
      items.push(...page.items)
      nextToken = page.nextToken
    } while (nextToken)
    return items
  }

  /** Send a signed request. @throws {ApiError} when it fails. */
  private async fetch(service: string, url: string, subject: string, init: RequestInit = {}): Promise<Response> {
    const credentials = await this.credentials.get()
    const client = this.clientOf(service, credentials)
    const sentAt = Date.now()
    const response = await withNetworkErrors(() => client.fetch(url, { ...init, ...signedNow() }))
    // A refusal may have its reason in the clock of this computer: the next request is signed with the right time.
    clock.observe(response.headers, sentAt)
    if (response.ok) return response
    const error = await errorOf(response, subject)
    if (error.isSignedOut) this.credentials.refused(credentials)
    throw error
  }

  /** The client of a service. It keeps the signing key of the day, so that it is made once for credentials. */
  private clientOf(service: string, credentials: Credentials): AwsClient {
    const kept = this.clients.get(service)
    if (kept?.credentials === credentials) return kept.client
    // The callers retry, and choose the pauses.
    const client = new AwsClient({ ...credentials, region: this.config.region, service, retries: 0 })
    this.clients.set(service, { credentials, client })
    return client
  }

  private async page<T>(path: string, member: string, body: object = {}, nextToken?: string): Promise<Page<T>> {
    const token = nextToken === undefined ? {} : { nextToken }
    const response: Pagination & Record<string, unknown> = await this.request('POST', path, {
      ...body,
      ...token,
      maxResults: PAGE_SIZE,
    })
    const items = (response[member] as T[] | undefined) ?? []
    return { items, ...(response.nextToken ? { nextToken: response.nextToken } : {}) }
  }

  private async request<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    const { control, data } = this.config.endpoints
    const isData = path.includes('/entity-properties')
    const content = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const key = `${method} ${path} ${content?.body ?? ''}`
    const isWrite = path.endsWith('/entity-properties')
    return this.transport({ kind: isData ? 'data' : 'control', key, isWrite }, async () => {
      const address = (isData ? data : control) + path
      const response = await this.fetch('iottwinmaker', address, path, { method, ...content })
      return withNetworkErrors(() => response.json() as Promise<T>)
    })
  }
}

function workspacePath(workspaceId: string): string {
  return `/workspaces/${encodeURIComponent(workspaceId)}`
}

/** Address a component: by its path if it is part of a composite component, otherwise by its name. */
function componentAddress(component: string): object {
  return component.includes('/') ? { componentPath: component } : { componentName: component }
}

function keyPath(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/')
}

/** Options of a request that is signed with the time of the services: they refuse a signature of another time. */
function signedNow(): RequestInit & { aws: { datetime: string } } {
  return { ...withTimeout(), aws: { datetime: signingTime() } }
}

/** The time of the services as a signature has it. */
export function signingTime(): string {
  return new Date(clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, '')
}

function withTimeout(): RequestInit {
  return { signal: AbortSignal.timeout(TIMEOUT_MS) }
}

/** Turn a network error into an ApiError, also one that interrupts the body of a response. */
async function withNetworkErrors<T>(fetchPart: () => Promise<T>): Promise<T> {
  try {
    return await fetchPart()
  } catch (error) {
    const isTimeout = error instanceof DOMException && error.name === 'TimeoutError'
    throw new ApiError(0, 'NoResponse', isTimeout ? `no response in ${TIMEOUT_MS / 1000} s` : 'no connection')
  }
}

async function errorOf(response: Response, subject: string): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  let code = response.headers.get('x-amzn-errortype')?.split(':')[0] ?? ''
  let message = ''
  try {
    const body = JSON.parse(text) as { message?: string; Message?: string; __type?: string }
    message = body.message ?? body.Message ?? ''
    code ||= body.__type?.split('#').pop() ?? ''
  } catch {
    // Errors of S3 are XML.
    code ||= /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? ''
    message = /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? ''
  }
  return new ApiError(response.status, code, message || `${subject}: ${response.status} ${response.statusText}`)
}
