import { mergeConfig } from 'vite'
import page from '../../../vite.config'

export default mergeConfig(page({ command: 'build', mode: 'production' }), { root: import.meta.dirname, build: { rollupOptions: { input: 'index.html' } } })
