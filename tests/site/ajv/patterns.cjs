// Which texts each pattern takes, as ECMA-262 has it in u mode: node patterns.cjs, with both as JSON on standard input.
const task = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(task.patterns.map((pattern) => {
  const expression = new RegExp(pattern, "u");
  return task.texts.map((text) => expression.test(text));
})));
