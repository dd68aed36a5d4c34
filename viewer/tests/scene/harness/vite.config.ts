import { mergeConfig } from 'vite'
import page from '../../../vite.config'

export default mergeConfig(page, { root: import.meta.dirname, build: { rollupOptions: { input: 'index.html' } } })
