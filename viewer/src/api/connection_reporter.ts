/** Reports the outcome of API calls to a connection. */

import type { Connection } from '../data/connection'
import { type Api, ApiError } from './api'

/** Wrap an API so that each call reports to `connection` whether the services respond. */
export function reportingTo(connection: Connection, api: Api): Api {
  return new Proxy(api, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        try {
          const result: unknown = await member.apply(target, args)
          connection.succeeded()
          return result
        } catch (error) {
          if (error instanceof ApiError && error.isTransient) connection.failed(error.message)
          else connection.succeeded()
          throw error
        }
      }
    },
  })
}
