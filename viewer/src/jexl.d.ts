/** The part of jexl 2.3.0 that rules use; the package ships no types. */
declare module 'jexl' {
  export interface Expression {
    /** Evaluates at once. @throws {Error} when the expression cannot be parsed or evaluated. */
    evalSync(context: object): unknown
  }
  const jexl: { createExpression(expression: string): Expression }
  export default jexl
}
