/** The part of jexl 2.3.0 that rules use; the package ships no types. */
declare module 'jexl' {
  /** A node of the syntax tree. */
  export interface Ast {
    readonly type: string
    readonly value?: unknown
    readonly name?: string
    readonly pool?: string
    readonly relative?: boolean
    readonly from?: Ast | null
    readonly left?: Ast | null
    readonly right?: Ast | null
    readonly test?: Ast | null
    readonly consequent?: Ast | null
    readonly alternate?: Ast | null
    readonly subject?: Ast | null
    readonly expr?: Ast | null
    readonly args?: readonly Ast[]
  }
  export interface Expression {
    /** Evaluates at once. @throws {Error} when the expression cannot be parsed or evaluated. */
    evalSync(context: object): unknown
    /** The syntax tree, null if nothing is written. @throws {Error} when the expression cannot be parsed. */
    _getAst(): Ast | null
  }
  const jexl: { createExpression(expression: string): Expression }
  export default jexl
}
