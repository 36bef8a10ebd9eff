import Testing

@testable import Addressing

@Suite struct IntervalSetTests {
    @Test func `intervals that overlap or touch become one`() {
        let set = IntervalSet<UInt16>([5...6, 1...2, 3...3, 8...9, 9...20])
        #expect(set.intervals == [1...3, 5...6, 8...20])
    }

    @Test func `the lowest and the highest number can be in a set`() {
        let set = IntervalSet<UInt16>([65535...65535, 0...0, 65534...65535, 1...1])
        #expect(set.intervals == [0...1, 65534...65535])
        #expect(IntervalSet<UInt16>([0...65535, 7...8]).intervals == [0...65535])
    }

    @Test func `a set contains the numbers of its intervals`() {
        let set = IntervalSet<UInt16>([2...4, 8...8, 100...200])
        for number in UInt16(0)...300 {
            let isIn = (2...4).contains(number) || number == 8 || (100...200).contains(number)
            #expect(set.contains(number) == isIn)
        }
    }

    @Test func `sets are disjoint if no number is in both`() {
        let set = IntervalSet<UInt16>([2...4, 8...8, 100...200])
        for first in UInt16(0)...12 {
            for last in first...12 {
                let other = IntervalSet([first...last, 300...400, 500...500, 600...600])
                let isDisjoint = !(first...last).contains { set.contains($0) }
                #expect(set.isDisjoint(with: other) == isDisjoint)
                #expect(other.isDisjoint(with: set) == isDisjoint)
            }
        }
        #expect(set.isDisjoint(with: IntervalSet([])))
        #expect(IntervalSet<UInt16>([]).isDisjoint(with: set))
    }

    @Test func `an empty set contains nothing`() {
        let set = IntervalSet<UInt16>([])
        #expect(set.isEmpty)
        #expect(!set.contains(0))
    }

    @Test func `order and repetition do not matter`() {
        #expect(IntervalSet<Int>([1...2, 4...5]) == IntervalSet([4...5, 1...2, 1...1]))
    }
}
