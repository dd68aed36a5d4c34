/** The theme of the page: that of the system, or the one that the user chose. */

import { THEMES, type Theme } from './colours'

const STORAGE_KEY = 'twin-stack.theme'
const prefersDark = matchMedia('(prefers-color-scheme: dark)')

/** The theme that the user chose, otherwise that of the system. */
export function chosenTheme(): Theme {
  const stored = readStoredTheme()
  if (stored === 'light' || stored === 'dark') return stored
  return prefersDark.matches ? 'dark' : 'light'
}

export function applyTheme(theme: Theme): void {
  const style = document.documentElement.style
  style.colorScheme = theme
  for (const [name, colour] of Object.entries(THEMES[theme])) style.setProperty(`--${name}`, colour)
}

export function storeTheme(theme: Theme): void {
  try {
    localStorage.setItem(STORAGE_KEY, theme)
  } catch {
    // Storage may be blocked; the choice then lasts until the page is reloaded.
  }
}

/** Call `listener` when the theme of the system changes, unless the user has chosen one. */
export function onSystemThemeChange(listener: (theme: Theme) => void): void {
  prefersDark.addEventListener('change', () => {
    if (readStoredTheme() === null) listener(chosenTheme())
  })
}

function readStoredTheme(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY)
  } catch {
    return null
  }
}
