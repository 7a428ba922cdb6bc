import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/index.ts'],
  platform: 'node',
  target: 'node20.19',
  dts: true,
  fixedExtension: false, // .js, as package.json's exports say
  sourcemap: true,
  // Our own generated clients stay modules of their own, loaded on first use.
  deps: { neverBundle: ['@descartes/store/client', '@descartes/store/postgresql-client'] },
})
