// vitest's JSON report, left where test.mjs counts it, without a word about where that is.
import fs from 'node:fs'
import path from 'node:path'
import { JsonReporter } from 'vitest/node'
import { REPORT } from './test.mjs'

export default class extends JsonReporter {
  /**
   * @override
   * @param {string} report
   */
  async writeReport(report) {
    fs.mkdirSync(path.dirname(REPORT), { recursive: true })
    fs.writeFileSync(REPORT, report)
  }
}
