/** Reports the outcome of requests to a connection. */

import type { Connection } from '../data/connection'
import type { Api } from './api'

/** Let each request of an API report to `connection` whether the services respond. */
export function reportingTo(connection: Connection, api: Api): Api {
  return api.through(async (request, send) => {
    try {
      const result = await send()
      connection.succeeded(request)
      return result
    } catch (error) {
      connection.failed(request, error)
      throw error
    }
  })
}
