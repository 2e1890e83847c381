package dev.sandmill.orchestrator.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sandmill.orchestrator.architecture.broken.time.RawTime;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LocalVariable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// People read `1 s`, not `PT1S`: no text is put together with a `Duration` as it prints itself. The compiler turns
/// each operand of `+` into text with `String.valueOf`, so the byte code shows what it was.
class SpelledTimesTest {
    private static final String TIME = "Ljava/time/Duration;";

    @Test
    void noTextHasATimeAsItPrintsItself() {
        List<String> found = new ArrayList<>();
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("dev.sandmill")
                .forEach(one -> found.addAll(rawTimesOf(one)));
        assertThat(found).as("use dev.sandmill.api.text.Spelled").isEmpty();
    }

    @Test
    void theRuleFailsOnASampleMadeToBreakIt() {
        List<String> found = rawTimesOf(new ClassFileImporter().importClass(RawTime.class));
        String name = RawTime.class.getName();
        assertThat(found).containsExactlyInAnyOrder(name + ".ofAField", name + ".ofACall", name + ".ofAVariable");
    }

    private static List<String> rawTimesOf(JavaClass one) {
        ClassModel model = ClassFile.of().parse(bytesOf(one));
        return model.methods().stream()
                .filter(method -> method.code().stream().anyMatch(SpelledTimesTest::printsATime))
                .map(MethodModel::methodName)
                .map(method -> one.getName() + "." + method.stringValue())
                .toList();
    }

    private static byte[] bytesOf(JavaClass one) {
        try (InputStream stream = one.getSource().orElseThrow().getUri().toURL().openStream()) {
            return stream.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean printsATime(CodeModel code) {
        Map<Integer, String> variables = new HashMap<>();
        code.forEach(element -> {
            if (element instanceof LocalVariable variable) {
                variables.merge(variable.slot(), variable.type().stringValue(), String::concat);
            }
        });
        String before = "";
        for (var element : code) {
            if (element instanceof InvokeInstruction call && toText(call) && before.contains(TIME)) {
                return true;
            }
            if (element instanceof Instruction instruction) {
                before = typeLeftBy(instruction, variables);
            }
        }
        return false;
    }

    private static boolean toText(InvokeInstruction call) {
        String method = call.name().stringValue();
        return method.equals("valueOf") || method.equals("toString");
    }

    private static String typeLeftBy(Instruction instruction, Map<Integer, String> variables) {
        return switch (instruction) {
            case InvokeInstruction call -> call.typeSymbol().returnType().descriptorString();
            case FieldInstruction field -> field.typeSymbol().descriptorString();
            case LoadInstruction load -> variables.getOrDefault(load.slot(), "");
            default -> "";
        };
    }
}
