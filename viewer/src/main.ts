import { AwsApi } from './api/aws'
import { loadConfig } from './api/config'
import { watched } from './api/watched'
import { Connection } from './data/connection'
import { LiveFeed } from './data/live'

const api0 = new AwsApi(await loadConfig(new URL('config.json', location.href)))
const connection = new Connection()
const api = watched(api0, connection)
const [workspaceId] = await api.workspaces()
if (workspaceId) {
  const feed = new LiveFeed({ api, workspaceId, connection })
  const list = document.createElement('ul')
  document.body.append(list)
  for (const entity of await api.entities(workspaceId)) {
    const item = document.createElement('li')
    list.append(item)
    item.textContent = entity.entityName
    const full = await api.entity(workspaceId, entity.entityId)
    for (const [componentName, component] of Object.entries(full.components ?? {})) {
      for (const [propertyName, property] of Object.entries(component.properties ?? {})) {
        if (!property.definition?.isTimeSeries) continue
        const value = document.createElement('output')
        item.append(' ', propertyName, ' ', value)
        feed.watch({ entityId: entity.entityId, componentName, propertyName }, (reading) => {
          value.textContent = String(reading.value ?? '–')
        })
      }
    }
  }
}
