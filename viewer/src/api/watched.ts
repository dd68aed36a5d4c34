import type { Connection } from '../data/connection'
import { type Api, ApiError } from './api'

/** The same API; each answer, and each that fails to come, is told to `connection`. */
export function watched(api: Api, connection: Connection): Api {
  return new Proxy(api, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name)
      if (typeof found !== 'function') return found
      return async (...given: unknown[]) => {
        try {
          const answer: unknown = await found.apply(target, given)
          connection.succeeded()
          return answer
        } catch (error) {
          if (error instanceof ApiError && error.isPassing) connection.failed(error.message)
          else connection.succeeded()
          throw error
        }
      }
    },
  })
}
