/** Which colours are in use: those of the system, or those that the user chose. */

import { THEMES, type Theme } from './colours'

const STORED = 'twin-stack.theme'
const prefersDark = matchMedia('(prefers-color-scheme: dark)')

/** What the user chose, else what the system says. */
export function chosenTheme(): Theme {
  const stored = read()
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
    localStorage.setItem(STORED, theme)
  } catch {
    // Not everywhere may a page keep something.
  }
}

/** Calls when the system changes its mind, unless the user has chosen. */
export function watchSystemTheme(listener: (theme: Theme) => void): void {
  prefersDark.addEventListener('change', () => {
    if (read() === null) listener(chosenTheme())
  })
}

function read(): string | null {
  try {
    return localStorage.getItem(STORED)
  } catch {
    return null
  }
}
