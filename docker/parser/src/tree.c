#include "tree.h"

#include "arena.h"

// By the library's own count.
enum { STEPS_PER_LOOK = 100 };

static const char *source_at(void *payload, uint32_t offset, TSPoint position, uint32_t *length) {
    (void)position;
    const struct parse *parse = payload;
    uint32_t start = offset < parse->length ? offset : parse->length;
    *length = parse->length - start;
    return (const char *)parse->source + start;
}

static bool is_over_budget(TSParseState *state) {
    struct parse *parse = state->payload;
    parse->offset = state->current_byte_offset;
    parse->steps += STEPS_PER_LOOK;
    return parse->steps > parse->max_steps;
}

static unsigned char *new_node(struct parse *parse) {
    if (parse->count == parse->room) {
        parse->room = parse->room == 0 ? parse->length / 4 + 64 : parse->room * 2;
        parse->nodes = arena_realloc(parse->nodes, (size_t)parse->room * NODE_BYTES);
    }
    return parse->nodes + (size_t)parse->count++ * NODE_BYTES;
}

// An inner node whose children are being written.
struct open_node {
    uint32_t start;
    uint32_t end;
    uint16_t symbol;
    uint16_t field;
    uint32_t children;
};

// Nodes in post-order: a parent comes after its last child. Left out are what the grammar skips, and tokens without a
// field.
static struct answer write_down(const struct grammar *grammar, uint32_t max_depth, TSNode root, struct parse *parse) {
    struct answer answer = {TREE, 0, 0, ts_node_has_error(root)};
    struct open_node *path = arena_malloc(((size_t)max_depth + 2) * sizeof *path);
    TSTreeCursor cursor = ts_tree_cursor_new(root);
    uint32_t depth = 0;
    for (;;) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        uint16_t symbol = ts_node_symbol(node);
        uint16_t field = ts_tree_cursor_current_field_id(&cursor);
        bool known = symbol < grammar->symbols;
        bool kept = !known || (!grammar->skipped[symbol] && (grammar->named[symbol] || field != 0));
        if (kept) {
            if (depth > max_depth) {
                answer.status = TOO_DEEP;
                answer.offset = path[depth - 1].start;
                return answer;
            }
            if (depth > 0) path[depth - 1].children++;
            path[depth] = (struct open_node){ts_node_start_byte(node), ts_node_end_byte(node), symbol, field, 0};
            if (ts_tree_cursor_goto_first_child(&cursor)) {
                depth++;
                continue;
            }
            node_write(path[depth].start, path[depth].end, symbol, field, 0, new_node(parse));
        }
        while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
            if (depth == 0 || !ts_tree_cursor_goto_parent(&cursor)) {
                answer.nodes = parse->count;
                return answer;
            }
            const struct open_node *parent = &path[--depth];
            node_write(parent->start, parent->end, parent->symbol, parent->field, parent->children, new_node(parse));
        }
    }
}

struct answer tree_parse(const struct grammar *grammar, const struct request *request, struct parse *parse) {
    TSParser *parser = ts_parser_new();
    ts_parser_set_language(parser, grammar->language);
    parse->max_steps = request->steps;
    TSInput input = {.payload = parse, .read = source_at, .encoding = TSInputEncodingUTF8};
    TSParseOptions options = {.payload = parse, .progress_callback = is_over_budget};
    TSTree *tree = ts_parser_parse_with_options(parser, NULL, input, options);
    if (tree == NULL) {
        uint32_t reached = parse->offset < parse->length ? parse->offset : parse->length;
        return (struct answer){TOO_MANY_STEPS, 0, reached, 0};
    }
    return write_down(grammar, request->depth, ts_tree_root_node(tree), parse);
}
