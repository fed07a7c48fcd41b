// The flow of content through the program: a text taken in, held at the gate, planned, published, verified, edited, withdrawn.
#include "fixture/test_desk.hpp"
#include "fixture/test_server.hpp"

#include <gmock/gmock.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace converge {
namespace {

namespace fs = std::filesystem;
using fixture::Answer;
using fixture::TestDesk;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class CliContent : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    desk_ = new TestDesk(TestDesk::fresh());
    desk_->hold_server();
  }
  static void TearDownTestSuite() {
    delete desk_;
    desk_ = nullptr;
  }
  static TestDesk& desk() { return *desk_; }

  static std::string write_text(const std::string& name, std::string_view text) {
    desk().write(name, text);
    return (desk().path() / name).string();
  }
  static std::string text_of(const Json& object, const char* name) {
    return std::string(object.as_object().at(name).as_string());
  }
  static std::string create(const std::string& title, std::string_view body = "A calm week.\n") {
    const std::string file =
        write_text("new.md", "---\ntitle: " + title + "\ntargets: [docs]\n---\n" + std::string(body));
    return text_of(desk().run_json({"content", "new", file}), "id");
  }
  static std::string state_of(const std::string& id) {
    return text_of(desk().run_json({"content", "show", id}), "state");
  }
  static std::string published(const std::string& title) {
    const std::string id = create(title);
    desk().run_json({"content", "approve", id});
    desk().run_json({"content", "schedule", id});
    EXPECT_EQ(desk().run({"publish", "run"}).status, 0);
    EXPECT_EQ(state_of(id), "published");
    return id;
  }
  static fs::path file_of(const char* name) { return desk().path() / "out" / name; }

 private:
  static inline TestDesk* desk_ = nullptr;
};

TEST_F(CliContent, TakesATextFromConceptToTheDocsAndBack) {
  const std::string file = write_text("concept.md", "---\ntitle: Weekly outlook\ntargets: [docs]\n---\n");
  const Json taken = desk().run_json({"content", "new", file});
  const std::string id = text_of(taken, "id");
  EXPECT_EQ(text_of(taken, "state"), "concept");
  EXPECT_FALSE(desk().run_json({"content", "new", file}).as_object().at("changed").as_bool());

  const std::string draft = write_text("draft.md", "# Weekly outlook\n\nA game changer.\n");
  EXPECT_EQ(text_of(desk().run_json({"content", "edit", id, draft}), "state"), "blocked");
  const Answer shut = desk().run({"content", "approve", id});
  EXPECT_EQ(shut.status, 77);
  EXPECT_THAT(shut.err, HasSubstr("3:3 banned_phrases: "));
  EXPECT_EQ(desk().run({"content", "approve", id, "--override"}).status, 64);
  const Answer opened = desk().run({"content", "approve", id, "--override", "--reason", "A quotation."});
  EXPECT_EQ(opened.out, id + ": approved Weekly outlook\n") << opened.err;
  const Json shown = desk().run_json({"content", "show", id});
  EXPECT_EQ(text_of(shown, "override_reason"), "A quotation.");
  EXPECT_THAT(desk().run({"content", "show", id}).out, HasSubstr("override_reason: A quotation."));

  const Answer early = desk().run({"publish", "run"});
  EXPECT_THAT(early.out, HasSubstr("0 sent"));
  EXPECT_EQ(text_of(desk().run_json({"content", "schedule", id, "--at", "2099-12-01T09:00:00+01:00"}), "state"),
            "scheduled");
  EXPECT_THAT(desk().run({"publish", "run"}).out, HasSubstr("0 sent")) << "its time has not come";
  const Json ahead = desk().run_json({"content", "calendar", "--to", "2099-12-31"});
  ASSERT_EQ(ahead.as_array().size(), 1U);
  EXPECT_EQ(text_of(ahead.as_array()[0], "state"), "due");
  EXPECT_EQ(text_of(ahead.as_array()[0], "at"), "2099-12-01T08:00:00Z");
  EXPECT_EQ(text_of(ahead.as_array()[0], "title"), "Weekly outlook");
  desk().run_json({"content", "schedule", id, "--at", "2020-12-01T09:00:00Z"});
  EXPECT_EQ(text_of(desk().run_json({"content", "calendar", "--from", "2020-12-01"}).as_array()[0], "state"),
            "overdue");
  EXPECT_EQ(text_of(desk().run_json({"content", "calendar"}).as_array()[0], "state"), "overdue") << "however old";
  EXPECT_THAT(desk().run({"publish", "run"}).out, HasSubstr("1 sent"));
  EXPECT_EQ(text_of(desk().run_json({"content", "calendar"}).as_array()[0], "state"), "sent");
  EXPECT_EQ(fixture::read_text(file_of("weekly-outlook.md")), "# Weekly outlook\n\nA game changer.\n");
  EXPECT_EQ(state_of(id), "published");

  const std::string better = write_text("better.md", "# Weekly outlook\n\nA calm week.\n");
  EXPECT_EQ(text_of(desk().run_json({"content", "edit", id, better, "--reason", "Plainer."}), "state"), "scheduled");
  EXPECT_EQ(desk().run({"publish", "run"}).status, 0);
  EXPECT_EQ(fixture::read_text(file_of("weekly-outlook.md")), "# Weekly outlook\n\nA calm week.\n");
  EXPECT_EQ(desk().run({"content", "show", id, "--revision", "2"}).out, "# Weekly outlook\n\nA game changer.\n");
  EXPECT_EQ(desk().run({"content", "show", id, "--revision", "4"}).status, 66);

  desk().run_json({"content", "withdraw", id, "--reason", "Wrong week."});
  EXPECT_EQ(desk().run({"publish", "run"}).status, 0);
  EXPECT_FALSE(fs::exists(file_of("weekly-outlook.md")));
  EXPECT_EQ(state_of(id), "withdrawn");
  const Answer again = desk().run({"content", "schedule", id});
  EXPECT_EQ(again.status, 2);
  EXPECT_THAT(again.err, HasSubstr("it is withdrawn and cannot be scheduled; from there it can be edited"));
  EXPECT_THAT(desk().run({"content", "withdraw", id, "--reason", "x"}).out, HasSubstr("(nothing to do)"));
}

TEST_F(CliContent, ShowsEverythingThatHappenedToAnItem) {
  const std::string id = published("The whole story");
  desk().run_json(
      {"feedback", "add", "content_item:" + id, "--rating", "good", "--comment", "Clear.", "--author", "ann"});
  const Json shown = desk().run_json({"content", "show", id});
  const JsonObject& item = shown.as_object();
  const std::string guide = text_of(desk().run_json({"style", "prompt"}), "style_hash");
  EXPECT_EQ(text_of(shown, "style_hash"), guide);
  EXPECT_EQ(text_of(shown, "body"), "# The whole story\n\nA calm week.\n");
  ASSERT_EQ(item.at("parts").as_array().size(), 1U);
  const Json& part = item.at("parts").as_array()[0];
  EXPECT_EQ(text_of(part, "operation"), "create");
  EXPECT_EQ(text_of(part, "state"), "sent");
  EXPECT_EQ(text_of(part, "style_hash"), guide);
  EXPECT_EQ(text_of(part, "remote_state"), "verified");
  std::vector<std::string> acts;
  for (const Json& act : item.at("acts").as_array()) {
    acts.push_back(text_of(act, "actor") + " " + text_of(act, "verb"));
    EXPECT_THAT(text_of(act, "undo"), HasSubstr(id));
  }
  EXPECT_THAT(acts, ElementsAre("owner new", "owner approve", "owner schedule", "converge publish"));
  ASSERT_EQ(item.at("feedback").as_array().size(), 1U);
  EXPECT_EQ(text_of(item.at("feedback").as_array()[0], "comment"), "Clear.");
  const std::string text = desk().run({"content", "show", id}).out;
  for (const char* says : {"state: published", "comment: Clear.", "verb: publish", "\nA calm week.\n"})
    EXPECT_THAT(text, HasSubstr(says));
}

TEST_F(CliContent, FindsWhatWasChangedAtTheTargetAndPutsItRight) {
  const std::string id = published("Edited by hand");
  EXPECT_EQ(desk().run({"publish", "verify"}).status, 0);
  desk().write("out/edited-by-hand.md", "# Something else\n");
  const Answer edited = desk().run({"publish", "verify"});
  EXPECT_EQ(edited.status, 1);
  EXPECT_THAT(edited.out, HasSubstr(id + " docs edited-by-hand.md: edited\n"));
  fs::remove(file_of("edited-by-hand.md"));
  const Answer deleted = desk().run({"--json", "publish", "verify"});
  EXPECT_EQ(deleted.status, 1);
  const Json found = fixture::get(parse_json(deleted.out), __FILE__, __LINE__);
  ASSERT_EQ(found.as_object().at("not_verified").as_array().size(), 1U);
  EXPECT_EQ(text_of(found.as_object().at("not_verified").as_array()[0], "found"), "deleted");
  desk().run_json({"content", "schedule", id});
  EXPECT_EQ(desk().run({"publish", "run"}).status, 0);
  EXPECT_EQ(fixture::read_text(file_of("edited-by-hand.md")), "# Edited by hand\n\nA calm week.\n");
  EXPECT_EQ(desk().run({"publish", "verify"}).status, 0);
}

// A text that was brought back is undone by the command that the audit names.
TEST_F(CliContent, UndoesAnEditAsTheAuditSays) {
  const std::string id = create("Undone");
  desk().run_json({"content", "edit", id, write_text("undone.md", "# Undone\n\nA wild week.\n")});
  const Json shown = desk().run_json({"content", "show", id});
  EXPECT_EQ(text_of(shown.as_object().at("acts").as_array().back(), "undo"),
            "converge content show " + id + " --revision 1 | converge content edit " + id + " -");
  const std::string before = write_text("before.md", desk().run({"content", "show", id, "--revision", "1"}).out);
  desk().run_json({"content", "edit", id, before});
  EXPECT_EQ(text_of(desk().run_json({"content", "show", id}), "body"), "# Undone\n\nA calm week.\n");
}

TEST_F(CliContent, ListsItemsByState) {
  const std::string draft = create("Listed as a draft");
  const Json drafts = desk().run_json({"content", "list", "--state", "draft"});
  bool is_listed = false;
  for (const Json& row : drafts.as_array()) {
    EXPECT_EQ(text_of(row, "state"), "draft");
    is_listed = is_listed || text_of(row, "id") == draft;
  }
  EXPECT_TRUE(is_listed);
  EXPECT_EQ(desk().run({"content", "list", "--state", "lost"}).status, 64);
}

TEST_F(CliContent, SaysWhatIsWrongAndKeepsNothing) {
  const auto before = desk().run_json({"content", "list"});
  struct Case {
    std::vector<std::string> words;
    const char* text;
    int status;
    const char* says;
  };
  const Case cases[] = {
      {{"content", "new", "missing.md"}, "", 66, "missing.md"},
      {{"content", "new", "-"}, "", 64, "standard input:1: there is no title"},
      {{"content", "new"}, "", 64, "standard input:1: there is no title"},
      {{"content", "new", "TEXT"}, "No title.\n", 64, "text.md:1: there is no title"},
      {{"content", "new", "TEXT"}, "---\ntitle: A\nstatus: draft\n---\n", 64, "text.md:3: unknown key 'status'"},
      {{"content", "new", "TEXT"}, "---\ntitle: A\ntargets: [pigeon]\n---\n", 66, "there is no target 'pigeon'"},
      {{"content", "new", "TEXT"}, "---\ntitle: A\npath: ../a\ntargets: [docs]\n---\n", 64, "not a plain path"},
      {{"content", "edit", "NOBODY", "TEXT"}, "# A\n", 66, "there is no content item NOBODY"},
      {{"content", "show", "NOBODY"}, "", 66, "there is no content item NOBODY"},
      {{"content", "approve", "NOBODY"}, "", 66, "there is no content item NOBODY"},
      {{"content", "schedule", "NOBODY", "--at", "tomorrow"}, "", 64, "--at: "},
      {{"content", "schedule", "NOBODY", "--at", "2026-12-01T09:00:00"}, "", 64, "--at: "},
      {{"content", "schedule", "NOBODY", "--target", "pigeon"}, "", 66, "there is no target 'pigeon'"},
      {{"content", "withdraw", "NOBODY"}, "", 64, "--reason is required"},
      {{"content", "withdraw", "NOBODY", "--reason", ""}, "", 64, "needs a reason"},
      {{"content", "calendar", "--from", "soon"}, "", 64, "--from"},
  };
  for (Case c : cases) {
    SCOPED_TRACE(c.says);
    const std::string file = write_text("text.md", c.text);
    std::ranges::replace(c.words, std::string("TEXT"), file);
    const Answer answer = desk().run(c.words);
    EXPECT_EQ(answer.status, c.status) << answer.err;
    EXPECT_THAT(answer.err, HasSubstr(c.says));
  }
  EXPECT_EQ(desk().run_json({"content", "list"}), before);
}

}  // namespace
}  // namespace converge
