import Testing

@testable import Diagnostics

@Suite struct SuggestionTests {
    @Test(arguments: [
        ("prot", "port"), ("adress", "address"), ("Port", "port"), ("addr", "address"),
    ])
    func `a slip or an abbreviation is recognised`(word: String, meant: String) {
        #expect(Suggestion.nearest(to: word, among: ["address", "port"]) == meant)
    }

    @Test(arguments: ["interface", "x", "", "masquerade", "日本"])
    func `what is far from every word gets no suggestion`(word: String) {
        #expect(Suggestion.nearest(to: word, among: ["address", "port"]) == nil)
    }

    @Test func `words are found by their first letters and by those that matter`() {
        let keys = ["family", "protocol", "source", "destination"]
        #expect(Suggestion.nearest(to: "src", among: keys) == "source")
        #expect(Suggestion.nearest(to: "dst", among: keys) == "destination")
        #expect(Suggestion.nearest(to: "proto", among: keys) == "protocol")
    }

    @Test func `the distance counts letters inserted, deleted, replaced and swapped`() {
        #expect(Suggestion.distance("port", "port") == 0)
        #expect(Suggestion.distance("prot", "port") == 1)
        #expect(Suggestion.distance("por", "port") == 1)
        #expect(Suggestion.distance("ports", "port") == 1)
        #expect(Suggestion.distance("part", "port") == 1)
        #expect(Suggestion.distance("", "port") == 4)
    }
}
