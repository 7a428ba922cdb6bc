import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: { index: 'src/index.ts' },
  platform: 'node',
  target: 'node20.19',
  dts: true,
  fixedExtension: false, // .js, as package.json's exports say
  sourcemap: true,
})
