import { AwsClient } from 'aws4fetch'

import {
  type Api,
  ApiError,
  type Component,
  type DataValue,
  type Entity,
  type EntityFilter,
  type EntitySummary,
  type HistoryRequest,
  type Page,
  type Property,
  type PropertyHistory,
  type Scene,
} from './api'
import type { Config } from './config'

const PAGE = 200
const TIMEOUT_MS = 30_000

/** Members of answers that say whether something is left out. */
interface Whole {
  readonly areAllComponentsReturned?: boolean
  readonly areAllPropertiesReturned?: boolean
  readonly compositeComponents?: Readonly<Record<string, unknown>>
}

interface Listing {
  readonly nextToken?: string
}

/** Asks AWS, or the embedded one: REST requests signed with Signature Version 4. */
export class AwsApi implements Api {
  private readonly twinmaker: AwsClient
  private readonly s3: AwsClient

  constructor(private readonly config: Config) {
    // Who asks decides when to ask again.
    const common = { ...config.credentials, region: config.region, retries: 0 }
    this.twinmaker = new AwsClient({ ...common, service: 'iottwinmaker' })
    this.s3 = new AwsClient({ ...common, service: 's3' })
  }

  async workspaces(): Promise<string[]> {
    const found = await this.list<{ workspaceId: string }>('/workspaces-list', 'workspaceSummaries')
    return found.map((one) => one.workspaceId).sort()
  }

  scenes(workspaceId: string): Promise<Scene[]> {
    return this.list(`${below(workspaceId)}/scenes-list`, 'sceneSummaries')
  }

  entities(workspaceId: string, filter?: EntityFilter): Promise<EntitySummary[]> {
    const filters = filter && { filters: [filter] }
    return this.list(`${below(workspaceId)}/entities-list`, 'entitySummaries', filters)
  }

  async entity(workspaceId: string, entityId: string): Promise<Entity> {
    const path = `${below(workspaceId)}/entities/${encodeURIComponent(entityId)}`
    const found = await this.ask<Entity & Whole>('GET', path)
    const components: Record<string, Component> = {}
    // The service answers with so many components and properties at most, and with none inside others.
    for (const [name, one] of Object.entries(found.components ?? {})) {
      await this.complete(workspaceId, entityId, name, one, components)
    }
    if (found.areAllComponentsReturned === false) {
      await this.addComponents(workspaceId, entityId, undefined, components)
    }
    return { ...found, components }
  }

  async extendingTypes(workspaceId: string, componentTypeId: string): Promise<string[]> {
    const found = await this.list<{ componentTypeId: string }>(
      `${below(workspaceId)}/component-types-list`,
      'componentTypeSummaries',
      { filters: [{ extendsFrom: componentTypeId }] },
    )
    return found.map((one) => one.componentTypeId)
  }

  async propertyNames(workspaceId: string, componentTypeId: string): Promise<string[]> {
    const path = `${below(workspaceId)}/component-types/${encodeURIComponent(componentTypeId)}`
    const found = await this.ask<{ propertyDefinitions?: object }>('GET', path)
    return Object.keys(found.propertyDefinitions ?? {})
  }

  async values(
    workspaceId: string,
    entityId: string,
    componentName: string,
    selectedProperties: readonly string[],
  ): Promise<Record<string, DataValue>> {
    const path = `${below(workspaceId)}/entity-properties/value`
    const answer = await this.ask<{
      propertyValues?: Record<string, { propertyValue?: DataValue }>
    }>('POST', path, { entityId, ...address(componentName), selectedProperties })
    const found: Record<string, DataValue> = {}
    for (const [name, one] of Object.entries(answer.propertyValues ?? {})) {
      if (one.propertyValue) found[name] = one.propertyValue
    }
    return found
  }

  async history(workspaceId: string, request: HistoryRequest): Promise<Page<PropertyHistory>> {
    const path = `${below(workspaceId)}/entity-properties/history`
    const { componentName, ...rest } = request
    const body = { ...rest, ...(componentName === undefined ? {} : address(componentName)) }
    const answer = await this.ask<Listing & { propertyValues?: PropertyHistory[] }>('POST', path, body)
    return {
      items: answer.propertyValues ?? [],
      ...(answer.nextToken ? { nextToken: answer.nextToken } : {}),
    }
  }

  async object(uri: string): Promise<ArrayBuffer> {
    const found = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri)
    const response = found
      ? await send(() => this.s3.fetch(`${this.config.endpoints.s3}/${found[1]}/${keyPath(found[2] ?? '')}`, limit()))
      : await send(() => fetch(uri, limit()))
    if (!response.ok) throw await failure(response, uri)
    return received(response.arrayBuffer())
  }

  /** Adds a component with all of its properties, and those inside of it. */
  private async complete(
    workspaceId: string,
    entityId: string,
    path: string,
    found: Component & Whole,
    into: Record<string, Component>,
  ): Promise<void> {
    const isSummary = found.properties === undefined
    const isWhole = !isSummary && found.areAllPropertiesReturned !== false
    const properties = isWhole ? {} : { properties: await this.properties(workspaceId, entityId, path) }
    into[path] = { ...found, ...properties }
    if (isSummary || Object.keys(found.compositeComponents ?? {}).length > 0) {
      await this.addComponents(workspaceId, entityId, path, into)
    }
  }

  private async addComponents(
    workspaceId: string,
    entityId: string,
    above: string | undefined,
    into: Record<string, Component>,
  ): Promise<void> {
    const body = above === undefined ? {} : { componentPath: above }
    const listed = await this.list<Component & { componentName: string }>(
      `${below(workspaceId)}/entities/${encodeURIComponent(entityId)}/components-list`,
      'componentSummaries',
      body,
    )
    for (const one of listed) {
      const path = above === undefined ? one.componentName : `${above}/${one.componentName}`
      if (!(path in into)) await this.complete(workspaceId, entityId, path, one, into)
    }
  }

  private async properties(workspaceId: string, entityId: string, component: string): Promise<Record<string, Property>> {
    const listed = await this.list<Property & { propertyName: string }>(
      `${below(workspaceId)}/properties-list`,
      'propertySummaries',
      { entityId, ...address(component) },
    )
    return Object.fromEntries(listed.map((one) => [one.propertyName, one]))
  }

  private async list<T>(path: string, member: string, body: object = {}): Promise<T[]> {
    const found: T[] = []
    let nextToken: string | undefined
    do {
      const token = nextToken ? { nextToken } : {}
      const answer: Listing & Record<string, unknown> = await this.ask('POST', path, {
        ...body,
        ...token,
        maxResults: PAGE,
      })
      found.push(...((answer[member] as T[] | undefined) ?? []))
      nextToken = answer.nextToken
    } while (nextToken)
    return found
  }

  private async ask<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    const { control, data } = this.config.endpoints
    const origin = path.includes('/entity-properties/') ? data : control
    const init: RequestInit = { method, ...limit() }
    if (body) {
      init.body = JSON.stringify(body)
      init.headers = { 'content-type': 'application/json' }
    }
    const response = await send(() => this.twinmaker.fetch(origin + path, init))
    if (!response.ok) throw await failure(response, path)
    return received(response.json())
  }
}

function below(workspaceId: string): string {
  return `/workspaces/${encodeURIComponent(workspaceId)}`
}

/** A component inside another one has a path, not a name. */
function address(component: string): object {
  return component.includes('/') ? { componentPath: component } : { componentName: component }
}

function keyPath(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/')
}

function limit(): RequestInit {
  return { signal: AbortSignal.timeout(TIMEOUT_MS) }
}

async function send(act: () => Promise<Response>): Promise<Response> {
  return received(act())
}

/** What does not arrive whole is no answer. */
async function received<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError'
    throw new ApiError(0, 'NoAnswer', timedOut ? `no answer in ${TIMEOUT_MS / 1000} s` : 'no connection')
  }
}

async function failure(response: Response, what: string): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  let code = response.headers.get('x-amzn-errortype')?.split(':')[0] ?? ''
  let message = ''
  try {
    const body = JSON.parse(text) as { message?: string; Message?: string; __type?: string }
    message = body.message ?? body.Message ?? ''
    code ||= body.__type?.split('#').pop() ?? ''
  } catch {
    // S3 answers in XML.
    code ||= /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? ''
    message = /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? ''
  }
  return new ApiError(response.status, code, message || `${what}: ${response.status} ${response.statusText}`)
}
