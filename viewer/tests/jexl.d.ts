/** The part of jexl 2.3.0 that tests use; the package ships no types. */
declare module 'jexl' {
  export interface Expression {
    compile(): Expression
    evalSync(context: object): unknown
  }
  const jexl: { createExpression(expression: string): Expression }
  export default jexl
}
