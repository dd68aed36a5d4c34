/** Helpers to create and update elements. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/** Create an element with attributes and children. */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) setAttribute(element, key, value)
  element.append(...children)
  return element
}

/** Set an attribute if it differs. True is an attribute without a value; false and undefined remove it. */
export function setAttribute(element: Element, name: string, value: string | number | boolean | undefined): void {
  if (value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name)
    return
  }
  const text = value === true ? '' : String(value)
  if (element.getAttribute(name) !== text) element.setAttribute(name, text)
}

/** Set the text if it differs, so that the browser lays out changes only. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
