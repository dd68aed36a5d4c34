/** Starts the page. */

import './ui/style.css'

import { type Api, ApiError } from './api/api'
import { AwsApi } from './api/aws'
import { type Config, loadConfig } from './api/config'
import { ConfigCredentials, type CredentialsSource } from './api/credentials'
import { reportingTo } from './api/connection_reporter'
import type { EmbeddedPage } from './api/embedded'
import { LinkKeyError, takeLinkKey } from './api/link_key'
import { App } from './app'
import { Connection } from './data/connection'
import type { Priority } from './data/priority'
import { RequestRate } from './data/request_rate'
import { RequestScheduler, scheduled } from './data/scheduler'
import { BrowserTabs, countTabs, tabGroupName } from './data/tabs'
import type { Review } from './data/review'
import { Poller } from './data/poller'
import { Store } from './state/store'
import { h } from './ui/dom'
import { applyTheme, chosenTheme } from './ui/theme'

const SAMPLE_RANGE = { last: 86_400_000 }
/** Samples do not change, so they are read once. */
const SAMPLE_REFRESH_MS = Infinity

const COUNT_TABS_MS = 5_000

interface Source {
  readonly api: Api
  /** Absent if the twin is embedded in the page. */
  readonly config?: Config
  /** The user who signed in; absent without signing in. */
  readonly account?: HTMLElement | undefined
  /** Why the user may write no values; undefined if the user may, or if only the service decides. */
  readonly writeObstacle?: string | undefined
  /** Equal for tabs with the same user. */
  readonly userKey?: string
  /** A planned change of the twin, with the twin before it. */
  readonly review?: Review | undefined
  readonly before?: Api | undefined
}

/** Choose the API: the data that `twin preview` wrote into the page, or the services that `config.json` names. */
async function chooseSource(linkKey: string | undefined): Promise<Source> {
  const embedded = document.getElementById('twin')
  if (embedded) return embeddedSource(JSON.parse(embedded.textContent ?? '') as EmbeddedPage, Date.now())
  const config = await loadConfig(configUrl(), linkKey)
  const { credentials, ...user } = await accessOf(config, linkKey)
  return { api: new AwsApi(config, credentials), config, ...user, userKey: credentials.userKey }
}

/** The credentials of the settings, or those of the user who signs in. */
async function accessOf(config: Config, linkKey: string | undefined): Promise<Pick<Source, 'account' | 'writeObstacle'> & { credentials: CredentialsSource }> {
  const { auth, credentials } = config
  if (auth) {
    const { accountElement, signIn } = await import('./sign_in_page')
    const session = await signIn(auth)
    return { credentials: session, account: accountElement(auth, session), writeObstacle: session.writeObstacle }
  }
  if (!credentials) throw new Error('config.json has neither credentials nor auth')
  const readAgain = async () => (await loadConfig(configUrl(), linkKey)).credentials ?? credentials
  return { credentials: new ConfigCredentials(credentials, readAgain) }
}

function configUrl(): URL {
  return new URL('config.json', location.href)
}

async function embeddedSource(page: EmbeddedPage, now: number): Promise<Source> {
  const { EmbeddedApi } = await import('./api/embedded')
  const { before, review } = page
  const formerTwin = before && { ...before, objects: { ...page.objects, ...before.objects } }
  const writeObstacle = 'Sample values cannot be acknowledged.'
  return { api: new EmbeddedApi(page, now), writeObstacle, review, before: formerTwin && new EmbeddedApi(formerTwin, now) }
}

/** List the workspaces. @throws {LinkKeyError} if the key of the link is that of another twin. */
async function listWorkspaces(api: Api, config: Config | undefined): Promise<string[]> {
  if (config?.workspaceId) return [config.workspaceId]
  try {
    return await api.workspaces()
  } catch (error) {
    const isForeignKey = config?.isKeyFromLink && error instanceof ApiError && error.status === 403
    throw isForeignKey ? new LinkKeyError('the key of this page is not that of the twin') : error
  }
}

async function start(store: Store, connection: Connection, linkKey: string | undefined): Promise<void> {
  const { api: sourceApi, config, account, writeObstacle, userKey, review, before } = await chooseSource(linkKey)
  const rate = new RequestRate(config?.requestsPerSecond)
  const scheduler = new RequestScheduler(rate)
  const reportingApi = reportingTo(connection, sourceApi)
  const apis: Readonly<Record<Priority, Api>> = {
    selected: scheduled(reportingApi, scheduler, 'selected'),
    visible: scheduled(reportingApi, scheduler, 'visible'),
    rest: scheduled(reportingApi, scheduler, 'rest'),
  }
  const api = apis.visible
  const workspaces = await listWorkspaces(api, config)
  const workspaceId = store.state.workspace ?? workspaces[0]
  if (workspaceId === undefined) throw new Error('there is no workspace; deploy a twin first')
  if (!workspaces.includes(workspaceId)) {
    throw new Error(`workspace "${workspaceId}" does not exist; available: ${workspaces.join(', ') || 'none'}`)
  }
  if (!config && !location.hash.includes('range=')) store.update({ range: SAMPLE_RANGE }, true)
  const isShared = config && BrowserTabs.isSupported
  const settings = config && [config.region, config.endpoints, config.refreshSeconds, config.staleAfterSeconds]
  const tabs = isShared ? new BrowserTabs(await tabGroupName([workspaceId, userKey, settings])) : undefined
  if (isShared) setInterval(() => void countTabs().then((count) => rate.setPages(count)), COUNT_TABS_MS)
  const app = new App({
    tabs,
    apiAt: (priority) => apis[priority],
    connection,
    store,
    workspaces,
    workspaceId,
    staleAfterMs: config ? config.staleAfterSeconds * 1000 : Infinity,
    refreshMs: config ? config.refreshSeconds * 1000 : SAMPLE_REFRESH_MS,
    shifts: config?.shifts,
    isSample: !config,
    writeObstacle,
    account,
    review,
    before,
  })
  document.title = workspaceId
  document.body.replaceChildren(app.element)
  app.start()
}

applyTheme(chosenTheme())
const linkKey = document.getElementById('twin') ? undefined : takeLinkKey()
// A link with another key may be opened in this tab.
addEventListener('hashchange', () => {
  if (location.hash.includes('key=')) location.reload()
})
const store = new Store()
const connection = new Connection()
setInterval(() => connection.update(), 1_000)
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) connection.resume()
})
const startup = new Poller({
  task: () => start(store, connection, linkKey),
  interval: Infinity,
  onError: (error, pause) => {
    const message =
      error instanceof LinkKeyError
        ? `The twin cannot be shown: ${error.message}`
        : `The twin cannot be shown: ${error.message}. Trying again in ${pause / 1000} s.`
    document.body.replaceChildren(h('main', { class: 'fatal' }, h('p', { class: 'problem', role: 'alert' }, message)))
  },
})
startup.kick()
