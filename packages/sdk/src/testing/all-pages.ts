import type { Page, PageOptions } from '../records.ts'

/** Reads a list to its end, page by page; `between` runs after every page but the last. */
export async function allPages<T>(
  list: (page: PageOptions) => Promise<Page<T>>,
  limit: number,
  between: (pagesRead: number) => Promise<unknown> = async () => {},
): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  for (let pages = 1; pages <= 1000; pages++) {
    const page: Page<T> = await list(cursor === undefined ? { limit } : { limit, cursor })
    if (page.items.length > limit) throw new Error(`a page of ${page.items.length} items, where the limit is ${limit}`)
    items.push(...page.items)
    if (page.nextCursor === null) return items
    if (page.items.length === 0) throw new Error('an empty page that is not the last one')
    cursor = page.nextCursor
    await between(pages)
  }
  throw new Error('the list does not end')
}
