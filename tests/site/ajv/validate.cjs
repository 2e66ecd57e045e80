// Validates documents with schemas as they are published: node validate.cjs, with a task as JSON on standard input.
const Ajv = require("ajv/dist/2020");
const formats = require("ajv-formats");
const task = JSON.parse(require("fs").readFileSync(0, "utf8"));
// Without own keywords: not strict. With them: as ajv is by default.
const ajv = new Ajv({ allErrors: true, logger: false, ...(task.keywords ? {} : { strict: false }) });
formats(ajv);
ajv.addVocabulary(task.keywords || []);
for (const [name, schema] of Object.entries(task.schemas)) ajv.addSchema(schema, schema.$id ? undefined : name);
const found = task.documents.map(([schema, document]) => {
  const validate = ajv.getSchema(schema);
  return validate(document) ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message}`);
});
console.log(JSON.stringify(found));
