import { onTestFinished } from 'vitest'
import { connect } from './connect.ts'

/** Makes a role that does not own the database, and may read and write its tables; gives its url. For the running test. */
export async function tenantRole(url: string): Promise<string> {
  const owner = await connect(url)
  const role = `tenant_${owner.database}`
  await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`)
  onTestFinished(async () => {
    await owner.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
  })
  await owner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${role}`)
  return Object.assign(new URL(url), { username: role, password: 'secret' }).href
}
