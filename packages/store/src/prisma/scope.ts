import type { PrismaClient } from '@descartes/store/client'
import { OutOfScopeError } from '../errors.ts'

type Args = Record<string, unknown>
type Scope = (args: Args, namespace: string) => Args

/** Which arguments name rows to read, and which rows to write, for every operation that can be held to a namespace. */
const SCOPES: Readonly<Record<string, Scope>> = {
  findMany: filterRows,
  findFirst: filterRows,
  findFirstOrThrow: filterRows,
  count: filterRows,
  aggregate: filterRows,
  groupBy: filterRows,
  deleteMany: filterRows,
  findUnique: filterRow,
  findUniqueOrThrow: filterRow,
  delete: filterRow,
  create: stamp,
  createMany: stamp,
  createManyAndReturn: stamp,
  update: (args, namespace) => keepInside(filterRow(args, namespace), 'data', namespace),
  updateMany: (args, namespace) => keepInside(filterRows(args, namespace), 'data', namespace),
  updateManyAndReturn: (args, namespace) => keepInside(filterRows(args, namespace), 'data', namespace),
  upsert: (args, namespace) => ({
    ...keepInside(filterRow(args, namespace), 'update', namespace),
    create: stampRow(args.create, namespace),
  }),
}

/**
 * The generated client held to one namespace: reads are filtered, writes are stamped. It fails closed: what cannot be
 * held to the namespace (raw SQL, another namespace, an operation not listed above) throws `OutOfScopeError`.
 */
export function scopeToNamespace(client: PrismaClient, namespace: string): PrismaClient {
  const scoped = client.$extends({
    name: 'namespace',
    client: {
      // An extension of an extension runs inside it, and could undo the filter.
      $extends(): never {
        throw new OutOfScopeError('$extends cannot be held to one namespace; use the client of @descartes/store for it')
      },
    },
    query: {
      async $allOperations({ model, operation, args, query }) {
        const scope = Object.hasOwn(SCOPES, operation) ? SCOPES[operation] : undefined
        if (model === undefined || scope === undefined)
          throw new OutOfScopeError(
            `${operation} cannot be held to one namespace; use the client of @descartes/store for it`,
          )
        return query(scope((args ?? {}) as Args, namespace))
      },
    },
  })
  // What `$parent` of the client and of its models leads to is the client without the filter.
  Object.defineProperty(scoped, '_appliedParent', { value: scoped })
  return scoped as unknown as PrismaClient
}

function filterRows(args: Args, namespace: string): Args {
  if (args.cursor !== undefined) requireInside(args.cursor, namespace)
  return { ...args, where: args.where === undefined ? { namespace } : { AND: [args.where, { namespace }] } }
}

function filterRow(args: Args, namespace: string): Args {
  requireInside(args.where, namespace)
  return {
    ...args,
    where: { ...(args.where as Args), AND: [{ namespace }, ...[(args.where as Args | undefined)?.AND ?? []].flat()] },
  }
}

function stamp(args: Args, namespace: string): Args {
  const { data } = args
  return {
    ...args,
    data: Array.isArray(data) ? data.map((row) => stampRow(row, namespace)) : stampRow(data, namespace),
  }
}

function stampRow(row: unknown, namespace: string): Args {
  requireInside(row, namespace)
  return { ...(row as Args), namespace }
}

function keepInside(args: Args, key: 'data' | 'update', namespace: string): Args {
  requireInside(args[key], namespace)
  return args
}

// A namespace stands at the top, as { set: … } in an update, or one level down in a compound key.
function requireInside(value: unknown, namespace: string): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'namespace') requireSame(inner, namespace)
    else if (key.startsWith('namespace_')) requireSame((inner as Args | null)?.namespace, namespace)
  }
}

function requireSame(value: unknown, namespace: string): void {
  const named = typeof value === 'object' && value !== null ? (value as Args).set : value
  if (named !== undefined && named !== namespace)
    throw new OutOfScopeError(`this client is held to namespace "${namespace}", not to ${JSON.stringify(named)}`)
}
