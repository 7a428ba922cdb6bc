import fs from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { ROOT } from './markdown.ts'

/** What a source file declares, from its text alone. */
export class Declarations {
  readonly #source: ts.SourceFile

  constructor(file: string) {
    this.#source = ts.createSourceFile(file, fs.readFileSync(path.join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest)
  }

  /** The interfaces, each with the names of its own members; those of an inner object as `outer.inner`. */
  interfaces(): Map<string, string[]> {
    return new Map(
      this.#source.statements
        .filter(ts.isInterfaceDeclaration)
        .map((declaration) => [declaration.name.text, this.#members(declaration.members)]),
    )
  }

  /** The words of a type that is a union of string literals. */
  words(name: string): string[] {
    const alias = this.#source.statements.filter(ts.isTypeAliasDeclaration).find((found) => found.name.text === name)
    const types = alias !== undefined && ts.isUnionTypeNode(alias.type) ? alias.type.types : []
    return types.flatMap((type) =>
      ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : [],
    )
  }

  /** The exported classes. */
  classes(): string[] {
    return this.#source.statements.filter(ts.isClassDeclaration).flatMap(({ name }) => name?.text ?? [])
  }

  #members(members: ts.NodeArray<ts.TypeElement>): string[] {
    return members.flatMap((member) => {
      const name = member.name !== undefined && ts.isIdentifier(member.name) ? member.name.text : undefined
      if (name === undefined) return []
      const inner = ts.isPropertySignature(member) && member.type !== undefined && ts.isTypeLiteralNode(member.type)
      if (!inner) return [name]
      return this.#members((member.type as ts.TypeLiteralNode).members).map((found) => `${name}.${found}`)
    })
  }
}
