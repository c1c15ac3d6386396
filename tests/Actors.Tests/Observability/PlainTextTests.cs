using AkkaCompute.Actors.Logs;


namespace AkkaCompute.Actors.Tests.Observability;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("first\nand\tmore", "first and more")]
    [InlineData("\u001b[2Jgone", "\\u001b[2Jgone")]
    [InlineData("\u202etxt.exe", "\\u202etxt.exe")]
    [InlineData("a\u2066b\u2069c\u200fd\u061ce", "a\\u2066b\\u2069c\\u200fd\\u061ce")]
    [InlineData("a\u2028b\u2029c\u0085d\u009be", "a\\u2028b\\u2029c\\u0085d\\u009be")]
    [InlineData("Zürich 東京 🙂", "Zürich 東京 🙂")]
    public void What_a_terminal_would_obey_is_shown_instead(string text, string shown) => Assert.Equal(shown, PlainText.Of(text, 1000));

    [Fact] // an attribute could not hold it
    public void Half_a_character_is_replaced() => Assert.Equal("\ufffd alone", PlainText.Of("\ud83d alone", 1000));

    [Theory]
    [InlineData("abcdef", 4, "abcd")]
    [InlineData("abc🙂", 4, "abc")]
    [InlineData("ab\u202ec", 7, "ab")]
    public void A_long_line_is_cut_between_characters(string text, int most, string shown) => Assert.Equal(shown, PlainText.Of(text, most));
}
