// content/notion_blocks.hpp — a document as Notion's blocks, and as the requests that write them. Pure.
//
// Shapes and limits: Notion's API reference (Block, Rich text, Append block children, Request limits), version 2025-09-03. What
// Notion does not take is brought into what it takes and noted; nothing of the text is left out.
#pragma once
#include "content/block_tree.hpp"
#include "content/discord_message.hpp"
#include "wire/json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <span>
#include <string>
#include <vector>

namespace converge::content {

std::span<const TargetLimit> notion_limits();

// {"object": "block", "type": type, type: body}, with the children in the body.
struct NotionBlock {
  std::string type;
  JsonObject body;
  std::vector<NotionBlock> children;
};

struct NotionDocument {
  std::vector<NotionBlock> blocks;
  std::vector<TextNote> notes;
};

// A text of more than 100 pieces goes on in a following block of its kind; in an item of a list, in a paragraph
// below it, so that no item is made up.
NotionDocument make_notion_blocks(const BlockTree& tree);

// The children of one request: of the first for the page itself (create, then append), of the others for a block that
// an earlier request has written. `parent` is the way to that block from the page, by position among the children of each; children
// are appended at the end. Within the limits of one request: 100 children for each parent, two levels below the first, 1,000
// blocks, 500 KB.
struct NotionRequest {
  std::vector<std::size_t> parent;
  JsonArray children;
};

std::vector<NotionRequest> plan_notion_requests(std::span<const NotionBlock> blocks);

}  // namespace converge::content
