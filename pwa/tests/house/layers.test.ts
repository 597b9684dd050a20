/** The lint refuses an import that goes up, across the faces or round in a circle. */
import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'

const lint = new ESLint({ ignore: false })

/** The names of the rules that a file of one import breaks. */
async function broken(filePath: string, imported: string): Promise<(string | null)[]> {
  const [result] = await lint.lintText(`import '@/${imported}'\n`, { filePath })
  return result!.messages.map((one) => one.ruleId)
}

// The first of them reads all that a page imports.
describe('layers', { timeout: 60_000 }, () => {
  it.each([
    ['src/lib/here.ts', 'apply/duty/coverage'],
    ['src/apply/alarm/here.ts', 'state/alarm/alarms'],
    ['src/state/alarm/here.ts', 'console/core/use-write'],
    ['src/state/alarm/here.ts', 'words/core/say'],
    ['src/words/core/here.ts', 'state/core/clock'],
    ['src/parts/here.ts', 'phone/duty/home-state'],
    ['src/phone/duty/here.ts', 'console/duty/empty-list'],
    ['src/console/duty/here.ts', 'phone/duty/home-state'],
    ['src/sw/here.ts', 'state/people/session'],
  ])('%s never imports %s', async (file, imported) => {
    expect(await broken(file, imported)).toEqual(['import-x/no-restricted-paths'])
  })

  it.each([
    ['src/console/alarm/here.ts', 'console/duty/empty-list'],
    ['src/phone/duty/here.ts', 'parts/brand'],
    ['src/parts/here.ts', 'words/core/say'],
    ['src/state/duty/here.ts', 'apply/duty/coverage'],
  ])('%s may import %s', async (file, imported) => {
    expect(await broken(file, imported)).toEqual([])
  })

  it('holds for what is imported later, and for types', async () => {
    const code = "export const later = () => import('@/console/core/routes')\nexport type { RouteTo } from '@/phone/alarm/respond/route-to'\n"
    const [result] = await lint.lintText(code, { filePath: 'src/state/core/here.ts' })
    expect(result!.messages.map((one) => one.ruleId)).toEqual(['import-x/no-restricted-paths', 'import-x/no-restricted-paths'])
  })

  it('are in no circle', async () => {
    const results = await lint.lintFiles(['tests/house/lint/*.ts'])
    expect(results.flatMap((one) => one.messages.map(({ ruleId }) => ruleId))).toEqual(['import-x/no-cycle', 'import-x/no-cycle'])
  })
})
