import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: { index: 'src/index.ts', bin: 'src/bin.ts', 'testing/index': 'src/testing/index.ts' },
  platform: 'node',
  target: 'node20.19',
  dts: true,
  fixedExtension: false, // .js, as package.json's exports say
  sourcemap: true,
})
