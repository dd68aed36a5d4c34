/**
 * The transcoder of KTX2 textures without generated code, so that the page's policy needs no `unsafe-eval`.
 *
 * Emscripten's embind makes functions from texts, unless it is built with DYNAMIC_EXECUTION=0. three.js ships a
 * transcoder that is not. The two places are replaced by closures that do the same.
 */

/** For each place: what is replaced, from its first to its last text, and by what. */
const PLACES: readonly (readonly [start: string, end: string, code: string])[] = [
  [
    'let[args,invokerFnBody]=createJsInvoker(',
    'var invokerFn=newFunc(Function,args)(...closureArgs);',
    `var invokerFn = function (...args) {
      if (args.length !== argCount - 2) {
        throwBindingError(\`function \${humanName} called with \${args.length} arguments, expected \${argCount - 2}\`);
      }
      var destructors = needsDestructorStack ? [] : null;
      var wired = isClassMethodFunc ? [argTypes[1]['toWireType'](destructors, this)] : [];
      args.forEach((arg, i) => wired.push(argTypes[i + 2]['toWireType'](destructors, arg)));
      var rv = cppInvokerFunc(cppTargetFunc, ...wired);
      if (destructors) runDestructors(destructors);
      else {
        argTypes.slice(isClassMethodFunc ? 1 : 2).forEach((type, i) => {
          if (type.destructorFunction !== null) type.destructorFunction(wired[i]);
        });
      }
      if (returns) return argTypes[0]['fromWireType'](rv);
    };`,
  ],
  [
    'var functionBody=`return function (obj, func, destructorsRef, args) {',
    'var invokerFunction=newFunc(Function,params)(...args);',
    `var invokerFunction = (obj, func, destructorsRef, args) => {
      var list = [];
      for (var type of types) {
        list.push(type.readValueFromPointer(args));
        args += type['argPackAdvance'];
      }
      var rv = kind === 1 ? new func(...list) : func.call(obj, ...list);
      return retType.isVoid ? undefined : emval_returnValue(retType, destructorsRef, rv);
    };`,
  ],
]

/** Replace generated code. @throws {Error} when a place is not there once, as in another version of three.js. */
export function withoutGeneratedCode(source: string): string {
  let code = source
  for (const [start, end, replacement] of PLACES) {
    const first = code.indexOf(start)
    const last = code.indexOf(end, first)
    if (first < 0 || last < 0 || code.includes(start, first + 1)) throw new Error(`the transcoder has no "${start}"`)
    code = code.slice(0, first) + replacement + code.slice(last + end.length)
  }
  if (/newFunc\(Function|new Function\b|\beval\(/.test(code)) throw new Error('the transcoder has other generated code')
  return code
}
