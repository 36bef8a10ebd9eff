import Testing

@testable import Addressing

@Suite struct PortSetTests {
    @Test func `there is no port 0`() {
        #expect(Port(0) == nil)
        #expect(Port(1)?.description == "1")
        #expect(Port(65535)?.description == "65535")
        #expect(Port(stored: "65536") == nil)
    }

    @Test func `ports are written as ranges, as few as possible`() throws {
        let set = try #require(PortSet(stored: "443,80,81,8000-8010,8005-8020,65535"))
        #expect(set.description == "80-81,443,8000-8020,65535")
        #expect(PortSet(stored: set.description) == set)
        #expect(set.ranges.count == 4)
    }

    @Test func `only consecutive ports are one range`() throws {
        let ports = { (text: String) in try #require(PortSet(stored: text)) }
        #expect(try ports("80,81-90").onlyRange.map(PortSet.text) == "80-90")
        #expect(try ports("65535").onlyRange?.size == 1)
        #expect(try ports("80,82").onlyRange == nil)
        #expect(try ports("").onlyRange == nil)
    }

    @Test func `a set contains the ports of its ranges`() throws {
        let set = try #require(PortSet(stored: "1-2,65534-65535"))
        for (number, isIn) in [(1, true), (2, true), (3, false), (65533, false), (65535, true)] {
            #expect(set.contains(try #require(Port(UInt16(number)))) == isIn)
        }
    }

    @Test(arguments: ["x", "0", "90-80", "80-90,70000"])
    func `a stored text that is no set is refused`(text: String) {
        #expect(PortSet(stored: text) == nil)
    }
}
