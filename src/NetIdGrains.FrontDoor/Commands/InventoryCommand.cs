using System.CommandLine;
using NetIdGrains.Authority;

namespace NetIdGrains.FrontDoor;

/// <summary><c>inventory</c>: everything that is stored, field by field, as docs/data.md has it.</summary>
internal static class InventoryCommand
{
    public static Command New()
    {
        var command = new Command("inventory", "Everything that is stored, with class, purpose, retention and legal basis, as Markdown: docs/data.md");
        command.SetAction(_ => Console.Write(Inventory.Current.ToMarkdown()));
        return command;
    }
}
