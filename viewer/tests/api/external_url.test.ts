import { expect, test } from 'vitest'

import { externalUrl } from '../../src/api/external_url'

const ORIGINS = ['http://127.0.0.1:14566', 'https://api.iottwinmaker.eu-west-1.amazonaws.com', 'null']

test.each([
  ['https://example.com/d?a=1#x', 'https://example.com/d?a=1#x'],
  [' HTTP://Example.com ', 'http://example.com/'],
  ['http://localhost:3000/d/1', 'http://localhost:3000/d/1'],
  ['http://127.0.0.1.example.com:14566/', 'http://127.0.0.1.example.com:14566/'],
  ['http://192.168.1.7:14566/', 'http://192.168.1.7:14566/'],
])('a link to another web site is kept: %s', (link, href) => {
  expect(externalUrl(link, ORIGINS)?.href).toBe(href)
})

test.each([
  'javascript:alert(1)',
  ' \u0000java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  'blob:https://example.com/1',
  'mailto:a@example.com',
  '/x?Action=CreateStack',
  '//example.com',
  '#entity=m1',
  '',
])('a link with another scheme or none is none: %s', (link) => {
  expect(externalUrl(link, ORIGINS)).toBeUndefined()
})

test.each([
  'http://127.0.0.1:14566/x?Action=CreateStack&TemplateBody=x',
  'http://localhost:14566/',
  'http://LOCALHOST.:14566/',
  'http://twin.localhost:14566/',
  'http://127.0.0.2:14566/',
  'http://127.1:14566/',
  'http://2130706433:14566/',
  'http://0:14566/',
  'http://[::1]:14566/',
  'http://[::ffff:127.0.0.1]:14566/',
  'http://user:password@127.0.0.1:14566/',
  'https://localhost:14566/',
  'https://api.iottwinmaker.eu-west-1.amazonaws.com/workspaces',
])('a link to the page or its API is none, by whatever name: %s', (link) => {
  expect(externalUrl(link, ORIGINS)).toBeUndefined()
})
