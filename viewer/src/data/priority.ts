/** What a request is for: the selected entity, what else is visible, or what may wait. */
export type Priority = 'selected' | 'visible' | 'rest'

export const HIGHEST_FIRST = ['selected', 'visible', 'rest'] as const

export function isHigher(priority: Priority, other: Priority): boolean {
  return HIGHEST_FIRST.indexOf(priority) < HIGHEST_FIRST.indexOf(other)
}

export function highest(priorities: Iterable<Priority>): Priority {
  const present = new Set(priorities)
  return HIGHEST_FIRST.find((priority) => present.has(priority)) ?? 'rest'
}
