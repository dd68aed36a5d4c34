import './ui/style.css'

import type { Api } from './api/api'
import { AwsApi } from './api/aws'
import { loadConfig } from './api/config'
import { watched } from './api/watched'
import { App } from './app'
import { Connection } from './data/connection'
import { Store } from './state/store'
import { h } from './ui/dom'
import { applyTheme, chosenTheme } from './ui/theme'

async function start(): Promise<void> {
  applyTheme(chosenTheme())
  const store = new Store()
  const connection = new Connection()
  const config = await loadConfig(new URL('config.json', location.href))
  const api: Api = watched(new AwsApi(config), connection)
  const workspaces = config.workspaceId ? [config.workspaceId] : await api.workspaces()
  const wanted = store.shown.workspace
  const workspaceId = workspaces.find((id) => id === wanted) ?? workspaces[0]
  if (workspaceId === undefined) throw new Error('there is no workspace; deploy a twin first')
  const app = new App({
    api,
    connection,
    store,
    workspaces,
    workspaceId,
    staleAfterMs: config.staleAfterSeconds * 1000,
    isSample: false,
  })
  document.title = workspaceId
  document.body.replaceChildren(app.element)
  app.start()
}

start().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error)
  const again = h('button', { type: 'button' }, 'Try again')
  again.addEventListener('click', () => location.reload())
  const words = h('p', { class: 'problem', role: 'alert' }, `The twin cannot be shown: ${message}`)
  document.body.replaceChildren(h('main', { class: 'fatal' }, words, again))
})
